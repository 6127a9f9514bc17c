package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.MalformedDigestException;
import dev.tallyclerk.registry.internal.reference.ReferenceParts;
import dev.tallyclerk.text.Quoted;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * What a request is about, checked.
 *
 * @param kind the endpoint
 * @param name the name in the path; empty for {@link Kind#BASE}
 * @param last the tag or digest; empty if the endpoint has none
 */
record Target(Kind kind, String name, String last) {
    private static final int LONGEST_PATH = 1024;

    /** The longest name, with which the registry's own name still fits into what clients take. */
    private static final int LONGEST_NAME = 255;

    /** The endpoints. */
    enum Kind {
        BASE(ProxyEvent.Content.OTHER),
        MANIFEST(ProxyEvent.Content.MANIFEST),
        BLOB(ProxyEvent.Content.BLOB),
        TAGS(ProxyEvent.Content.TAGS),
        REFERRERS(ProxyEvent.Content.REFERRERS);

        private final ProxyEvent.Content content;

        Kind(ProxyEvent.Content content) {
            this.content = content;
        }

        ProxyEvent.Content content() {
            return content;
        }
    }

    static Target of(String path) throws Refusal {
        if (path.equals("/v2/") || path.equals("/v2")) {
            return new Target(Kind.BASE, "", "");
        }
        if (path.length() > LONGEST_PATH) {
            throw Refusal.of(414, "NAME_INVALID", "the path has more than " + LONGEST_PATH + " characters");
        }
        // A colon is the only character of a path that some clients encode.
        String plain = path.replace("%3A", ":").replace("%3a", ":");
        int end = plain.lastIndexOf('/');
        int before = plain.lastIndexOf('/', end - 1);
        if (!plain.startsWith("/v2/") || before <= "/v2".length()) {
            throw unknown();
        }
        String name = plain.substring("/v2/".length(), before);
        String last = plain.substring(end + 1);
        Kind kind = switch (plain.substring(before + 1, end)) {
            case "manifests" -> Kind.MANIFEST;
            case "blobs" -> Kind.BLOB;
            case "referrers" -> Kind.REFERRERS;
            case "tags" -> Kind.TAGS;
            default -> throw unknown();
        };
        if (kind == Kind.TAGS && !last.equals("list")) {
            throw unknown();
        }
        if (name.length() > LONGEST_NAME || !ReferenceParts.isPath(name)) {
            throw Refusal.of(400, "NAME_INVALID", "not the name of a repository: " + Quoted.quote(name));
        }
        return new Target(kind, name, kind == Kind.TAGS ? "" : last).checked();
    }

    private static Refusal unknown() {
        return Refusal.of(404, "UNSUPPORTED", "this proxy has no such endpoint");
    }

    private Target checked() throws Refusal {
        if (kind == Kind.MANIFEST && last.indexOf(':') < 0) {
            if (!ReferenceParts.isTag(last)) {
                throw Refusal.of(400, "TAG_INVALID", "not a tag: " + Quoted.quote(last));
            }
        } else if (kind != Kind.TAGS) {
            requireDigest();
        }
        return this;
    }

    private void requireDigest() throws Refusal {
        Optional<Digest> digest = digest();
        if (digest.isEmpty()) {
            throw Refusal.of(400, "DIGEST_INVALID", "not a digest: " + Quoted.quote(last));
        }
        if (!digest.get().algorithm().isSupported()) {
            throw Refusal.of(400, "DIGEST_INVALID", "the algorithm is not supported: " + Quoted.quote(last));
        }
        if (kind != Kind.BLOB && !ReferenceParts.mayCarry(digest.get())) {
            throw Refusal.of(400, "DIGEST_INVALID", "no image has a name of this algorithm: " + Quoted.quote(last));
        }
    }

    /** {@return the digest, if it has one} */
    Optional<Digest> digest() {
        try {
            return last.indexOf(':') < 0 ? Optional.empty() : Optional.of(Digest.parse(last));
        } catch (MalformedDigestException e) {
            return Optional.empty();
        }
    }

    /**
     * {@return the value of a parameter, if there is one}
     *
     * @throws Refusal if there are several, or it cannot be decoded
     */
    static Optional<String> parameter(String query, String name) throws Refusal {
        Optional<String> found = Optional.empty();
        for (String part : query.split("&", -1)) {
            int equals = part.indexOf('=');
            if (equals == name.length() && part.startsWith(name)) {
                if (found.isPresent()) {
                    throw Refusal.of(400, "UNSUPPORTED", "the query has several values of " + name);
                }
                found = Optional.of(decoded(part.substring(equals + 1), name));
            }
        }
        return found;
    }

    private static String decoded(String value, String name) throws Refusal {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refusal.of(400, "UNSUPPORTED", "the query's value of " + name + " cannot be decoded");
        }
    }

    /** {@return the name of a host in the form in which upstreams are known} */
    static String host(String text) {
        return ReferenceParts.oneName(text.toLowerCase(Locale.ROOT));
    }
}
