package dev.tallyclerk.trust.policy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.notation.NotationTrustPolicy;
import dev.tallyclerk.trust.notation.NotationTrustStore;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads one document into a trust policy. */
final class TrustDocument {
    private static final int MAX_RULES = 10_000;
    private static final int MAX_DEPTH = 8;

    private static final List<String> KINDS = List.of(
            "reject",
            "insecureAcceptAnything",
            "pinned",
            "tuf",
            "notary",
            "key",
            "sigstore",
            "notation",
            "attestation",
            "allOf",
            "anyOf",
            "atLeast");

    private final PolicyMaterial material;

    private TrustDocument(PolicyMaterial material) {
        this.material = material;
    }

    static TrustPolicy read(JsonCursor root, PolicyMaterial material) throws JsonException, PolicyException {
        if (root.member("trustPolicies").isPresent()) {
            return notation(root, material);
        }
        if (root.member("default").isPresent()) {
            return ContainersPolicy.read(root, material);
        }
        Members members = Members.of(root, "$schema", "schemaVersion", "name", "description", "rules");
        root.required("schemaVersion").integer(1, 1);
        members.text("$schema", "");
        members.text("description", "");
        TrustPolicy policy = TrustPolicy.of(members.text("name", "trust policy"));
        TrustDocument document = new TrustDocument(material);
        JsonCursor rules = root.required("rules");
        if (rules.length() > MAX_RULES) {
            throw rules.badValue(rules.length() + " rules, allowed are " + MAX_RULES);
        }
        List<TrustRule> all = new ArrayList<>();
        for (JsonCursor rule : rules.elements()) {
            all.add(document.rule(rule, all));
        }
        return policy.withRules(all);
    }

    /** {@return Notation's policy, whose statements choose by the image's name, with the trust store beside it} */
    private static TrustPolicy notation(JsonCursor root, PolicyMaterial material)
            throws JsonException, PolicyException {
        NotationTrustPolicy policy;
        try {
            policy = NotationTrustPolicy.parse(CompactJson.of(root.value()).getBytes(StandardCharsets.UTF_8));
        } catch (EvidenceException e) {
            throw root.badValue("no trust policy of Notation: " + e.getMessage());
        }
        NotationTrustStore store = material.trustStore(root);
        return TrustPolicy.of("trustpolicy.json").withRule("*", Requirement.notation(policy, store));
    }

    private TrustRule rule(JsonCursor at, List<TrustRule> before) throws JsonException, PolicyException {
        Members.of(at, "scope", "description", "require").text("description", "");
        JsonCursor scope = at.required("scope");
        TrustScope parsed = Members.valid(scope, TrustScope::parse);
        if (before.stream().anyMatch(rule -> rule.scope().equals(parsed))) {
            throw scope.badValue("another rule has the scope " + Quoted.quote(scope.string()));
        }
        return new TrustRule(parsed, requirement(at.required("require"), 1));
    }

    private Requirement requirement(JsonCursor at, int depth) throws JsonException, PolicyException {
        if (at.size() != 1) {
            throw at.badValue("must have one member, which names the kind of requirement, has " + at.size());
        }
        if (depth > MAX_DEPTH) {
            throw at.badValue("is more than " + MAX_DEPTH + " levels deep");
        }
        JsonCursor value = at.member(0);
        String kind = at.name(0);
        return switch (kind) {
            case "reject" -> new Requirement.Reject(Members.of(value, "reason").text("reason", ""));
            case "insecureAcceptAnything" -> {
                Members.of(value);
                yield Requirement.insecureAcceptAnything();
            }
            case "pinned" -> pinned(value);
            case "tuf" -> tuf(value);
            case "notary" -> new NotaryDocument(material).read(value);
            case "allOf" -> Members.valid(value, ignored -> new Requirement.AllOf(parts(value, depth)));
            case "anyOf" -> Members.valid(value, ignored -> new Requirement.AnyOf(parts(value, depth)));
            case "atLeast" -> {
                Members.of(value, "count", "of");
                int count = (int) value.required("count").integer(1, Requirement.MAX_PARTS);
                List<Requirement> parts = parts(value.required("of"), depth);
                yield Members.valid(value, ignored -> new Requirement.AtLeast(count, parts));
            }
            case "key", "sigstore", "notation", "attestation" ->
                new SignatureDocument(material, this::requirement).read(kind, value, depth);
            default -> throw Members.unknown("kind of requirement", kind, value, KINDS);
        };
    }

    private List<Requirement> parts(JsonCursor at, int depth) throws JsonException, PolicyException {
        List<Requirement> parts = new ArrayList<>();
        for (JsonCursor part : at.elements()) {
            parts.add(requirement(part, depth + 1));
        }
        return parts;
    }

    private static Requirement pinned(JsonCursor at) throws JsonException, PolicyException {
        Members.of(at, "digests");
        List<Digest> digests = new ArrayList<>();
        for (JsonCursor digest : at.required("digests").elements()) {
            digests.add(Members.valid(digest, Digest::parse));
        }
        return Members.valid(at.required("digests"), ignored -> new Requirement.Pinned(digests));
    }

    /** {@return the URL of a repository, which has a host or is a file} */
    private static URI repository(String text) {
        URI url = URI.create(text);
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        boolean isFile = scheme.equals("file") && !url.isOpaque();
        boolean hasHost = List.of("http", "https", "docker").contains(scheme) && url.getHost() != null;
        if (!isFile && !hasHost) {
            throw new IllegalArgumentException("must be an http, https, file or docker URL, is " + Quoted.quote(text));
        }
        return url;
    }

    private Requirement tuf(JsonCursor at) throws JsonException, PolicyException {
        Members members = Members.of(at, "repository", "root", "target");
        TufAccess access = material.tuf();
        if (access == null) {
            throw at.badValue("this policy may not name TUF repositories");
        }
        JsonCursor repository = at.required("repository");
        URI url = Members.valid(repository, TrustDocument::repository);
        if ("file".equalsIgnoreCase(url.getScheme())) {
            material.fileListener().accept(Members.valid(repository, ignored -> Path.of(url)));
        }
        byte[] root = material.content(at.required("root"));
        Optional<String> target =
                members.has("target") ? Optional.of(at.required("target").string()) : Optional.empty();
        return Members.valid(
                repository, ignored -> new Requirement.Tuf(url.toString(), access.resolver(url, root, target)));
    }
}
