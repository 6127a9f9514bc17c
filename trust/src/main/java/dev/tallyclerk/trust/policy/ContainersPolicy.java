package dev.tallyclerk.trust.policy;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.cosign.SignedIdentity;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.sigstore.CertificateIdentity;
import dev.tallyclerk.trust.sigstore.SigstoreThresholds;
import dev.tallyclerk.trust.sigstore.TrustedRoot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads containers' {@code policy.json}: the default, and the scopes of the transport {@code docker}. Scopes of other
 * transports are about places and not about names, so images from there are covered by the default.
 *
 * @see <a
 *     href="https://github.com/containers/image/blob/main/docs/containers-policy.json.5.md">containers-policy.json(5)</a>
 */
final class ContainersPolicy {
    private final PolicyMaterial material;

    private ContainersPolicy(PolicyMaterial material) {
        this.material = material;
    }

    static TrustPolicy read(JsonCursor root, PolicyMaterial material) throws JsonException, PolicyException {
        Members members = Members.of(root, "default", "transports");
        ContainersPolicy policy = new ContainersPolicy(material);
        Map<TrustScope, Requirement> rules = new LinkedHashMap<>();
        rules.put(TrustScope.EVERYTHING, policy.requirements(root.required("default")));
        if (members.has("transports")) {
            for (Map.Entry<String, JsonCursor> transport :
                    root.required("transports").members().entrySet()) {
                for (Map.Entry<String, JsonCursor> scope :
                        transport.getValue().members().entrySet()) {
                    Requirement requirement = policy.requirements(scope.getValue());
                    if (transport.getKey().equals("docker")) {
                        policy.add(scope.getKey(), scope.getValue(), requirement, rules);
                    }
                }
            }
        }
        List<TrustRule> all = new ArrayList<>();
        rules.forEach((scope, requirement) -> all.add(new TrustRule(scope, requirement)));
        return TrustPolicy.of("policy.json").withRules(all);
    }

    private void add(String scope, JsonCursor at, Requirement requirement, Map<TrustScope, Requirement> rules)
            throws JsonException, PolicyException {
        if (scope.isEmpty()) {
            rules.put(TrustScope.NAMED, requirement);
            return;
        }
        if (scope.indexOf('@') >= 0) {
            throw at.badValue("scopes with a digest are not supported: " + Quoted.quote(scope));
        }
        TrustScope parsed = Members.valid(at, ignored -> TrustScope.parse(scope));
        rules.put(parsed, requirement);
        boolean isPath = scope.indexOf('/') >= 0 && scope.indexOf(':', scope.indexOf('/')) < 0;
        if (isPath) {
            // A path is a repository or a namespace, whichever the image's name makes it.
            rules.putIfAbsent(TrustScope.parse(scope + "/*"), requirement);
        }
    }

    private Requirement requirements(JsonCursor at) throws JsonException, PolicyException {
        List<Requirement> all = new ArrayList<>();
        for (JsonCursor each : at.elements()) {
            all.add(requirement(each));
        }
        if (all.isEmpty()) {
            throw at.badValue("must have at least one requirement");
        }
        return all.size() == 1 ? all.get(0) : Members.valid(at, ignored -> new Requirement.AllOf(all));
    }

    private Requirement requirement(JsonCursor at) throws JsonException, PolicyException {
        JsonCursor type = at.required("type");
        return switch (type.string()) {
            case "reject" -> {
                Members.of(at, "type");
                yield Requirement.reject("");
            }
            case "insecureAcceptAnything" -> {
                Members.of(at, "type");
                yield Requirement.insecureAcceptAnything();
            }
            case "sigstoreSigned" -> sigstoreSigned(at);
            case "signedBy" -> Requirement.unsupported("an OpenPGP signature (signedBy)");
            default -> throw type.badValue("unknown type " + Quoted.quote(type.string()));
        };
    }

    private Requirement sigstoreSigned(JsonCursor at) throws JsonException, PolicyException {
        Members members = Members.of(
                at,
                "type",
                "keyPath",
                "keyPaths",
                "keyData",
                "keyDatas",
                "fulcio",
                "pki",
                "rekorPublicKeyPath",
                "rekorPublicKeyPaths",
                "rekorPublicKeyData",
                "rekorPublicKeyDatas",
                "signedIdentity");
        SignedIdentity identity = members.has("signedIdentity")
                ? SignatureDocument.signedIdentity(at.required("signedIdentity"))
                : SignedIdentity.matchRepoDigestOrExact();
        if (members.has("pki")) {
            return Requirement.unsupported("a signature by a certificate of one's own (pki)");
        }
        List<byte[]> keys = contents(members, "keyPath", "keyPaths", "keyData", "keyDatas");
        List<byte[]> logs = contents(
                members, "rekorPublicKeyPath", "rekorPublicKeyPaths", "rekorPublicKeyData", "rekorPublicKeyDatas");
        if (members.has("fulcio") != keys.isEmpty()) {
            throw at.badValue("must have one of keyPath, keyPaths, keyData, keyDatas and fulcio");
        }
        if (members.has("fulcio")) {
            return fulcio(at.required("fulcio"), logs).withSignedIdentity(identity);
        }
        List<TrustedKey> trusted = new ArrayList<>();
        for (byte[] key : keys) {
            trusted.add(Members.valid(at, ignored -> TrustedKey.parse(new String(key, StandardCharsets.UTF_8))));
        }
        SignedByKey signed = SignedByKey.of(trusted).withSignedIdentity(identity);
        return logs.isEmpty() ? signed : signed.withLog(root(at, Optional.empty(), logs));
    }

    private SignedByIdentity fulcio(JsonCursor at, List<byte[]> logs) throws JsonException, PolicyException {
        Members members = Members.of(at, "caPath", "caData", "oidcIssuer", "subjectEmail");
        List<byte[]> authority = contents(members, "caPath", "caPaths", "caData", "caDatas");
        if (authority.size() != 1) {
            throw at.badValue("must have one of caPath and caData");
        }
        if (logs.isEmpty()) {
            throw at.badValue("needs a key of a transparency log beside it");
        }
        String email = at.required("subjectEmail").string();
        String issuer = at.required("oidcIssuer").string();
        CertificateIdentity identity = Members.valid(at, ignored -> CertificateIdentity.of(email, issuer));
        return SignedByIdentity.of(root(at, Optional.of(authority.get(0)), logs), identity)
                .withThresholds(SigstoreThresholds.defaults().withCertificateLogs(0));
    }

    private static TrustedRoot root(JsonCursor at, Optional<byte[]> authority, List<byte[]> logs) throws JsonException {
        try {
            TrustedRoot root = TrustedRoot.empty();
            if (authority.isPresent()) {
                root = root.withCertificateAuthority(new String(authority.get(), StandardCharsets.UTF_8));
            }
            for (byte[] log : logs) {
                root = root.withLog(new String(log, StandardCharsets.UTF_8));
            }
            return root;
        } catch (EvidenceException e) {
            throw at.badValue(String.valueOf(e.getMessage()));
        }
    }

    /** {@return the contents of the files and texts that the one given of four members names; none if none is given} */
    private List<byte[]> contents(Members members, String path, String paths, String data, String datas)
            throws JsonException, PolicyException {
        List<byte[]> contents = new ArrayList<>();
        int given = 0;
        for (String name : List.of(path, paths, data, datas)) {
            if (!members.has(name)) {
                continue;
            }
            given++;
            JsonCursor at = members.at().required(name);
            for (JsonCursor each : name.equals(paths) || name.equals(datas) ? at.elements() : List.of(at)) {
                contents.add(name.equals(path) || name.equals(paths) ? material.file(each) : base64(each));
            }
        }
        if (given > 1) {
            throw members.at().badValue("has more than one of " + String.join(", ", path, paths, data, datas));
        }
        return contents;
    }

    private static byte[] base64(JsonCursor at) throws JsonException, PolicyException {
        return Members.valid(at, text -> Base64.getDecoder().decode(text));
    }
}
