package dev.tallyclerk.trust.policy;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.attestation.OpenVex;
import dev.tallyclerk.trust.attestation.PredicateConditions;
import dev.tallyclerk.trust.attestation.PredicateType;
import dev.tallyclerk.trust.cosign.SignatureHash;
import dev.tallyclerk.trust.cosign.SignedIdentity;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.notation.NotationLevel;
import dev.tallyclerk.trust.notation.NotationStatement;
import dev.tallyclerk.trust.notation.NotationTrustPolicy;
import dev.tallyclerk.trust.notation.NotationTrustStore;
import dev.tallyclerk.trust.sigstore.CertificateIdentity;
import dev.tallyclerk.trust.sigstore.SigstoreThresholds;
import dev.tallyclerk.trust.sigstore.TrustedRoot;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads requirements on signatures. */
final class SignatureDocument {
    private static final int MAX_THRESHOLD = 32;

    private final PolicyMaterial material;
    private final RequirementReader requirements;

    /** Reads a requirement within another one. */
    @FunctionalInterface
    interface RequirementReader {
        Requirement read(JsonCursor at, int depth) throws JsonException, PolicyException;
    }

    SignatureDocument(PolicyMaterial material, RequirementReader requirements) {
        this.material = material;
        this.requirements = requirements;
    }

    Requirement read(String kind, JsonCursor at, int depth) throws JsonException, PolicyException {
        return switch (kind) {
            case "key" -> key(at);
            case "sigstore" -> sigstore(at);
            case "notation" -> notation(at);
            default -> attestation(at, depth);
        };
    }

    private Requirement key(JsonCursor at) throws JsonException, PolicyException {
        Members members = Members.of(at, "keys", "hash", "annotations", "signedIdentity", "log");
        List<TrustedKey> keys = new ArrayList<>();
        for (JsonCursor key : at.required("keys").elements()) {
            keys.add(trustedKey(key));
        }
        SignedByKey read = Members.valid(at.required("keys"), ignored -> SignedByKey.of(keys))
                .withAnnotations(members.texts("annotations"));
        if (members.has("hash")) {
            read = read.withHash(hash(at.required("hash")));
        }
        if (members.has("log")) {
            read = read.withLog(trustedRoot(at.required("log")));
        }
        Optional<SignedIdentity> identity = signedIdentity(members);
        return identity.isPresent() ? read.withSignedIdentity(identity.get()) : read;
    }

    private TrustedKey trustedKey(JsonCursor at) throws JsonException, PolicyException {
        byte[] pem = material.content(at, "hint", "validFrom", "validUntil");
        TrustedKey key = Members.valid(at, ignored -> TrustedKey.parse(new String(pem, StandardCharsets.UTF_8)));
        if (at.member("hint").isPresent()) {
            key = key.withHint(at.required("hint").string());
        }
        if (at.member("validFrom").isPresent()) {
            key = key.withValidFrom(time(at.required("validFrom")));
        }
        if (at.member("validUntil").isPresent()) {
            key = key.withValidUntil(time(at.required("validUntil")));
        }
        return key;
    }

    private static Instant time(JsonCursor at) throws JsonException {
        try {
            return Instant.parse(at.string());
        } catch (DateTimeException e) {
            throw at.badValue("must be a time such as 2027-01-31T00:00:00Z, is " + Quoted.quote(at.string()));
        }
    }

    private static SignatureHash hash(JsonCursor at) throws JsonException {
        return switch (at.string()) {
            case "SHA-256" -> SignatureHash.SHA256;
            case "SHA-384" -> SignatureHash.SHA384;
            case "SHA-512" -> SignatureHash.SHA512;
            default -> throw at.badValue("must be SHA-256, SHA-384 or SHA-512, is " + Quoted.quote(at.string()));
        };
    }

    private TrustedRoot trustedRoot(JsonCursor at) throws JsonException, PolicyException {
        byte[] json = material.content(at);
        try {
            return TrustedRoot.parse(json);
        } catch (EvidenceException e) {
            throw at.badValue("is no trusted root: " + e.getMessage());
        }
    }

    private static Optional<SignedIdentity> signedIdentity(Members members) throws JsonException, PolicyException {
        return members.has("signedIdentity")
                ? Optional.of(signedIdentity(members.at().required("signedIdentity")))
                : Optional.empty();
    }

    /** Reads the form of containers-policy.json(5). */
    static SignedIdentity signedIdentity(JsonCursor at) throws JsonException, PolicyException {
        JsonCursor type = at.required("type");
        String spelling = type.string();
        for (SignedIdentity.Match match : SignedIdentity.Match.values()) {
            if (match.spelling().equals(spelling)) {
                return switch (match) {
                    case EXACT_REFERENCE -> named(match, at, "dockerReference", "");
                    case EXACT_REPOSITORY -> named(match, at, "dockerRepository", "");
                    case REMAP_IDENTITY -> named(match, at, "prefix", "signedPrefix");
                    default -> {
                        Members.of(at, "type");
                        yield new SignedIdentity(match, "", "");
                    }
                };
            }
        }
        throw type.badValue("unknown type " + Quoted.quote(spelling));
    }

    private static SignedIdentity named(SignedIdentity.Match match, JsonCursor at, String value, String signed)
            throws JsonException, PolicyException {
        if (signed.isEmpty()) {
            Members.of(at, "type", value);
        } else {
            Members.of(at, "type", value, signed);
        }
        String name = at.required(value).string();
        String prefix = signed.isEmpty() ? "" : at.required(signed).string();
        return Members.valid(at, ignored -> new SignedIdentity(match, name, prefix));
    }

    private Requirement sigstore(JsonCursor at) throws JsonException, PolicyException {
        Members members = Members.of(
                at,
                "trustedRoot",
                "identity",
                "identityPattern",
                "issuer",
                "issuerPattern",
                "extensions",
                "logEntries",
                "timestamps",
                "certificateLogs",
                "annotations",
                "signedIdentity");
        SigstoreThresholds defaults = SigstoreThresholds.defaults();
        SigstoreThresholds thresholds = defaults.withLogs(
                        members.number("logEntries", 0, MAX_THRESHOLD, defaults.logs()))
                .withTimes(members.number("timestamps", 1, MAX_THRESHOLD, defaults.times()))
                .withCertificateLogs(members.number("certificateLogs", 0, MAX_THRESHOLD, defaults.certificateLogs()));
        SignedByIdentity read = SignedByIdentity.of(trustedRoot(at.required("trustedRoot")), identity(members))
                .withThresholds(thresholds)
                .withAnnotations(members.texts("annotations"));
        Optional<SignedIdentity> name = signedIdentity(members);
        return name.isPresent() ? read.withSignedIdentity(name.get()) : read;
    }

    private static CertificateIdentity identity(Members members) throws JsonException, PolicyException {
        JsonCursor at = members.at();
        JsonCursor identity = oneOf(members, "identity", "identityPattern");
        JsonCursor issuer = oneOf(members, "issuer", "issuerPattern");
        String provider = issuer.string();
        boolean isIssuerPattern = members.has("issuerPattern");
        CertificateIdentity read = Members.valid(
                identity,
                text -> members.has("identityPattern")
                        ? CertificateIdentity.matching(text, provider)
                        : CertificateIdentity.of(text, provider));
        if (isIssuerPattern) {
            CertificateIdentity exact = read;
            read = Members.valid(issuer, exact::withIssuerMatching);
        }
        if (members.has("extensions")) {
            for (Map.Entry<String, JsonCursor> extension :
                    at.required("extensions").members().entrySet()) {
                CertificateIdentity before = read;
                read = Members.valid(extension.getValue(), text -> before.withExtension(extension.getKey(), text));
                extension.getValue().string();
            }
        }
        return read;
    }

    private static JsonCursor oneOf(Members members, String first, String second) throws JsonException {
        if (members.has(first) == members.has(second)) {
            throw members.at().badValue("must have one of " + first + " and " + second);
        }
        return members.at().required(members.has(first) ? first : second);
    }

    private Requirement notation(JsonCursor at) throws JsonException, PolicyException {
        Members members = Members.of(
                at, "trustStore", "stores", "identities", "level", "verifyTimestamp", "trustPolicy", "userMetadata");
        JsonCursor store = at.required("trustStore");
        Members.of(store, "path");
        NotationTrustStore trustStore = material.trustStoreIn(store.required("path"));
        Map<String, String> metadata = members.texts("userMetadata");
        if (members.has("trustPolicy")) {
            if (members.has("stores")
                    || members.has("identities")
                    || members.has("level")
                    || members.has("verifyTimestamp")) {
                throw at.badValue("has trustPolicy, which says the stores, identities and level");
            }
            JsonCursor policy = at.required("trustPolicy");
            byte[] document = material.content(policy);
            try {
                return new Requirement.NotationSignature(NotationTrustPolicy.parse(document), trustStore, metadata);
            } catch (EvidenceException e) {
                throw policy.badValue("is no trust policy of Notation: " + e.getMessage());
            }
        }
        List<String> stores = at.required("stores").strings();
        List<String> identities = at.required("identities").strings();
        NotationStatement statement = Members.valid(at, ignored -> NotationStatement.of(stores, identities));
        if (members.has("level")) {
            statement = statement.withLevel(level(at.required("level")));
        }
        if (members.has("verifyTimestamp")) {
            JsonCursor check = at.required("verifyTimestamp");
            statement = statement.withTimestampCheck(
                    switch (check.string()) {
                        case "always" -> NotationStatement.TimestampCheck.ALWAYS;
                        case "afterCertExpiry" -> NotationStatement.TimestampCheck.AFTER_CERT_EXPIRY;
                        default -> throw check.badValue("must be always or afterCertExpiry");
                    });
        }
        NotationStatement whole = statement.withRegistryScopes(List.of("*"));
        return Members.valid(
                at,
                ignored -> new Requirement.NotationSignature(
                        NotationTrustPolicy.of(List.of(whole)), trustStore, metadata));
    }

    private static NotationLevel level(JsonCursor at) throws JsonException {
        return switch (at.string()) {
            case "strict" -> NotationLevel.STRICT;
            case "permissive" -> NotationLevel.PERMISSIVE;
            case "audit" -> NotationLevel.AUDIT;
            default -> throw at.badValue("must be strict, permissive or audit, is " + Quoted.quote(at.string()));
        };
    }

    private Requirement attestation(JsonCursor at, int depth) throws JsonException, PolicyException {
        Members members = Members.of(at, "by", "predicateType", "conditions");
        PredicateType type = Members.valid(at.required("predicateType"), PredicateType::of);
        at.required("predicateType").string();
        Requirement by = requirements.read(at.required("by"), depth + 1);
        PredicateConditions conditions =
                members.has("conditions") ? conditions(at.required("conditions")) : PredicateConditions.none();
        return Members.valid(at.required("by"), ignored -> new Requirement.Attested(by, type, conditions));
    }

    private static PredicateConditions conditions(JsonCursor at) throws JsonException, PolicyException {
        Members members = Members.of(
                at, "builderId", "sourceRepository", "sourceBelow", "materials", "hasPackages", "vex", "values");
        PredicateConditions read = PredicateConditions.none();
        if (members.has("builderId")) {
            read = read.withBuilder(at.required("builderId").string());
        }
        if (members.has("sourceRepository")) {
            read = read.withSource(at.required("sourceRepository").string());
        }
        if (members.has("sourceBelow")) {
            read = read.withSourceBelow(at.required("sourceBelow").string());
        }
        if (members.has("materials")) {
            for (JsonCursor material : at.required("materials").elements()) {
                Map<String, String> digests =
                        Members.of(material, "uri", "digest").texts("digest");
                read = read.withMaterial(material.required("uri").string(), digests);
            }
        }
        if (members.has("hasPackages")) {
            if (!at.required("hasPackages").bool()) {
                throw at.required("hasPackages").badValue("must be true, or left out");
            }
            read = read.withPackages();
        }
        if (members.has("vex")) {
            for (JsonCursor vex : at.required("vex").elements()) {
                Members.of(vex, "vulnerability", "status");
                read = read.withVexStatus(vex.required("vulnerability").string(), statuses(vex.required("status")));
            }
        }
        if (members.has("values")) {
            for (Map.Entry<String, JsonCursor> value :
                    at.required("values").members().entrySet()) {
                PredicateConditions before = read;
                read = Members.valid(
                        value.getValue(),
                        ignored -> before.withValue(
                                value.getKey(), CompactJson.of(value.getValue().value())));
            }
        }
        return read;
    }

    private static Set<OpenVex.Status> statuses(JsonCursor at) throws JsonException {
        Set<OpenVex.Status> statuses = EnumSet.noneOf(OpenVex.Status.class);
        for (JsonCursor status : at.elements()) {
            String text = status.string();
            statuses.add(Arrays.stream(OpenVex.Status.values())
                    .filter(each -> each.toString().equals(text))
                    .findFirst()
                    .orElseThrow(() -> status.badValue("unknown status " + Quoted.quote(text))));
        }
        if (statuses.isEmpty()) {
            throw at.badValue("names no status");
        }
        return statuses;
    }
}
