package dev.tallyclerk.registry.inventory;

import dev.tallyclerk.text.Quoted;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A package URL, such as {@code pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13}.
 *
 * <p>The text of an instance is canonical: type and qualifiers' keys in lower case, qualifiers sorted, characters
 * percent-encoded where they have to be. Names of types whose names do not depend on case are in lower case, and those
 * of PyPI have single hyphens between their words.
 *
 * @param type the ecosystem, for example {@code npm}
 * @param namespace the name's prefix, with slashes between its parts; empty if there is none
 * @param name the name, decoded
 * @param version the version, decoded; empty if there is none
 * @param qualifiers further properties by key in lower case; none is empty
 * @param subpath a path within the package, without slashes at its ends; empty if there is none
 * @see <a href="https://github.com/package-url/purl-spec/blob/main/docs/standard/specification.md">Package-URL
 *     Specification</a>
 */
public record PackageUrl(
        String type, String namespace, String name, String version, Map<String, String> qualifiers, String subpath) {
    private static final String SCHEME = "pkg:";
    private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9.-]*");
    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9._-]*");
    private static final Pattern SEPARATORS = Pattern.compile("[-_.]+");
    private static final Set<String> LOWER_CASE = Set.of(
            "alpm", "apk", "bitbucket", "bitnami", "composer", "deb", "github", "golang", "hex", "npm", "oci", "pypi");
    private static final Set<String> EPOCHS = Set.of("alpm", "deb", "rpm");
    private static final Set<String> LOWER_CASE_NAMESPACE = Set.of("rpm");
    private static final int MAX_CHARACTERS = 8192;

    /**
     * Makes the parts canonical.
     *
     * @throws IllegalArgumentException if the type, the name or a key is not allowed
     */
    public PackageUrl {
        type = type.toLowerCase(Locale.ROOT);
        if (!TYPE.matcher(type).matches()) {
            throw new IllegalArgumentException("a package URL has the type " + quoted(type));
        }
        namespace = segments(namespace, false);
        subpath = segments(subpath, true);
        if (LOWER_CASE.contains(type)) {
            namespace = namespace.toLowerCase(Locale.ROOT);
            name = name.toLowerCase(Locale.ROOT);
        } else if (LOWER_CASE_NAMESPACE.contains(type)) {
            namespace = namespace.toLowerCase(Locale.ROOT);
        }
        if (type.equals("pypi")) {
            name = SEPARATORS.matcher(name).replaceAll("-");
        }
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a package URL has no name");
        }
        Objects.requireNonNull(version, "version");
        Map<String, String> sorted = new TreeMap<>();
        qualifiers.forEach((key, value) -> {
            String lower = key.toLowerCase(Locale.ROOT);
            if (!KEY.matcher(lower).matches()) {
                throw new IllegalArgumentException("a package URL has the qualifier " + quoted(key));
            }
            if (!value.isEmpty() && sorted.put(lower, value) != null) {
                throw new IllegalArgumentException("a package URL has the qualifier " + quoted(key) + " twice");
            }
        });
        qualifiers = Collections.unmodifiableMap(sorted);
    }

    private static String segments(String path, boolean relative) {
        return Arrays.stream(path.split("/", -1))
                .filter(segment -> !segment.isEmpty() && !(relative && (segment.equals(".") || segment.equals(".."))))
                .collect(Collectors.joining("/"));
    }

    /** {@return a package URL without qualifiers and subpath} */
    public static PackageUrl of(String type, String namespace, String name, String version) {
        return new PackageUrl(type, namespace, name, version, Map.of(), "");
    }

    /** {@return this package URL with another value of a qualifier; without it if the value is empty} */
    public PackageUrl withQualifier(String key, String value) {
        Map<String, String> changed = new TreeMap<>(qualifiers);
        changed.put(key.toLowerCase(Locale.ROOT), value);
        return new PackageUrl(type, namespace, name, version, changed, subpath);
    }

    /** {@return this package URL without qualifiers and subpath, for comparison} */
    public PackageUrl coordinates() {
        return of(type, namespace, name, version);
    }

    /**
     * {@return the name as the package manager of the type writes it}
     *
     * <p>{@code group:artifact} for Maven; with the scope for npm, the vendor for Composer and the whole path for Go.
     * In lower case where package URLs are, so npm's old names with capitals and Go's paths may differ from it in case.
     */
    public String packageName() {
        return switch (type) {
            case "maven" -> namespace.isEmpty() ? name : namespace + ":" + name;
            case "npm", "golang", "composer" -> namespace.isEmpty() ? name : namespace + "/" + name;
            default -> name;
        };
    }

    /**
     * {@return the version as the package manager of the type writes it}
     *
     * <p>An epoch other than 0, which is a qualifier, is in front; {@code go} is in front of the version of Go's
     * standard library.
     */
    public String packageVersion() {
        if (type.equals("golang") && namespace.isEmpty() && name.equals("stdlib")) {
            String number = version.startsWith("v") ? version.substring(1) : version;
            return number.isEmpty() || number.startsWith("go") ? number : "go" + number;
        }
        String epoch = qualifiers.getOrDefault("epoch", "0");
        boolean isPrefixed = version.indexOf(':') >= 0;
        return epoch.equals("0") || version.isEmpty() || isPrefixed || !EPOCHS.contains(type)
                ? version
                : epoch + ":" + version;
    }

    /**
     * {@return the package URL that a text means; it need not be canonical}
     *
     * @throws IllegalArgumentException if the text is none, or is longer than 8,192 characters
     */
    public static PackageUrl parse(String text) {
        if (text.length() > MAX_CHARACTERS || !text.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new IllegalArgumentException("not a package URL: " + quoted(text));
        }
        String rest = text.substring(SCHEME.length());
        int hash = rest.indexOf('#');
        String subpath = hash < 0 ? "" : decodedPath(rest.substring(hash + 1));
        rest = hash < 0 ? rest : rest.substring(0, hash);
        int question = rest.indexOf('?');
        boolean hasQualifiers = question >= 0 && question + 1 < rest.length();
        Map<String, String> qualifiers = hasQualifiers ? qualifiers(rest.substring(question + 1)) : Map.of();
        rest = question < 0 ? rest : rest.substring(0, question);
        while (rest.startsWith("/")) {
            rest = rest.substring(1);
        }
        while (rest.endsWith("/")) {
            rest = rest.substring(0, rest.length() - 1);
        }
        int slash = rest.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("a package URL has no type or no name: " + quoted(text));
        }
        String path = rest.substring(slash + 1);
        // An @ in the namespace should have been encoded, but often is not.
        int at = path.indexOf('@', path.lastIndexOf('/') + 1);
        String version = at < 0 ? "" : decoded(path.substring(at + 1));
        String full = at < 0 ? path : path.substring(0, at);
        int last = full.lastIndexOf('/');
        return new PackageUrl(
                rest.substring(0, slash),
                last < 0 ? "" : decodedPath(full.substring(0, last)),
                decoded(full.substring(last + 1)),
                version,
                qualifiers,
                subpath);
    }

    private static Map<String, String> qualifiers(String text) {
        Map<String, String> qualifiers = new TreeMap<>();
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("a package URL has a qualifier without a value: " + quoted(pair));
            }
            String key = pair.substring(0, equals).toLowerCase(Locale.ROOT);
            if (qualifiers.put(key, decoded(pair.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("a package URL has the qualifier " + quoted(key) + " twice");
            }
        }
        return qualifiers;
    }

    private static String decodedPath(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            String decoded = decoded(segment);
            if (decoded.contains("/")) {
                throw new IllegalArgumentException("a package URL has an encoded slash in " + quoted(path));
            }
            segments.add(decoded);
        }
        return String.join("/", segments);
    }

    private static String decoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(in.length);
        for (int i = 0; i < in.length; i++) {
            if (in[i] != '%') {
                out.put(in[i]);
                continue;
            }
            int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
            int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw new IllegalArgumentException("a package URL has a wrong percent sign in " + quoted(text));
            }
            out.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(out.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a package URL is no UTF-8: " + quoted(text), e);
        }
    }

    private static String encodedPath(String path) {
        return Arrays.stream(path.split("/", -1)).map(PackageUrl::encoded).collect(Collectors.joining("/"));
    }

    private static String encoded(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = (each >= 'a' && each <= 'z')
                    || (each >= 'A' && each <= 'Z')
                    || (each >= '0' && each <= '9')
                    || each == '.'
                    || each == '-'
                    || each == '_'
                    || each == '~'
                    || each == ':';
            if (plain) {
                out.append((char) each);
            } else {
                out.append(String.format(Locale.ROOT, "%%%02X", each & 0xff));
            }
        }
        return out.toString();
    }

    private static String quoted(String text) {
        return Quoted.quote(text);
    }

    /** {@return the canonical text} */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(SCHEME).append(type).append('/');
        if (!namespace.isEmpty()) {
            out.append(encodedPath(namespace)).append('/');
        }
        out.append(encoded(name));
        if (!version.isEmpty()) {
            out.append('@').append(encoded(version));
        }
        if (!qualifiers.isEmpty()) {
            out.append(qualifiers.entrySet().stream()
                    .map(each -> each.getKey() + "=" + encoded(each.getValue()))
                    .collect(Collectors.joining("&", "?", "")));
        }
        if (!subpath.isEmpty()) {
            out.append('#').append(encodedPath(subpath));
        }
        return out.toString();
    }
}
