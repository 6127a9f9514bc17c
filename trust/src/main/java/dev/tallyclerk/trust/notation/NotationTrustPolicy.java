package dev.tallyclerk.trust.notation;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.internal.encoding.UnreadableDocument;
import dev.tallyclerk.trust.notation.NotationLevel.Action;
import dev.tallyclerk.trust.notation.NotationLevel.Validation;
import dev.tallyclerk.trust.notation.NotationStatement.TimestampCheck;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which statement covers which repository: {@code trustpolicy.json} of Notation, version 1.0. Immutable.
 *
 * @see <a href="https://github.com/notaryproject/specifications/blob/d4b62b9/specs/trust-store-trust-policy.md">Trust
 *     policy specification</a>
 */
public final class NotationTrustPolicy {
    private static final int MAX_BYTES = 1_048_576;
    private static final Set<String> MEMBERS = Set.of("version", "trustPolicies");
    private static final Set<String> STATEMENT =
            Set.of("name", "registryScopes", "signatureVerification", "trustStores", "trustedIdentities");
    private static final Set<String> VERIFICATION = Set.of("level", "override", "verifyTimestamp");

    private final List<NotationStatement> statements;

    private NotationTrustPolicy(List<NotationStatement> statements) {
        this.statements = statements;
    }

    /**
     * {@return a policy of some statements}
     *
     * @throws IllegalArgumentException if there is none, or two have one name or one scope
     */
    public static NotationTrustPolicy of(List<NotationStatement> statements) {
        if (statements.isEmpty()) {
            throw new IllegalArgumentException("a trust policy without statements");
        }
        Set<String> names = new HashSet<>();
        Set<String> scopes = new HashSet<>();
        for (NotationStatement statement : statements) {
            if (!names.add(statement.name())) {
                throw new IllegalArgumentException("two statements with the name " + Quoted.quote(statement.name()));
            }
            for (String scope : statement.registryScopes()) {
                if (!scopes.add(scope)) {
                    throw new IllegalArgumentException("two statements for the scope " + Quoted.quote(scope));
                }
            }
        }
        return new NotationTrustPolicy(List.copyOf(statements));
    }

    /**
     * Parses {@code trustpolicy.json} of at most 1 MiB.
     *
     * @param document the JSON document
     * @throws EvidenceException if it is no trust policy, or has a member that the specification does not have:
     *     {@link Reason#UNSUPPORTED} for another version than 1.0 and for unknown levels
     */
    public static NotationTrustPolicy parse(byte[] document) throws EvidenceException {
        try {
            return read(JsonCursor.parse(document, JsonLimits.ofBytes(MAX_BYTES)));
        } catch (JsonException e) {
            throw UnreadableDocument.of("no Notation trust policy", e);
        } catch (IllegalArgumentException e) {
            Reason reason = e.getCause() instanceof EvidenceException cause ? cause.reason() : Reason.MALFORMED;
            throw new EvidenceException(reason, "no Notation trust policy: " + e.getMessage(), e);
        }
    }

    private static NotationTrustPolicy read(JsonCursor policy) throws JsonException, EvidenceException {
        requireKnown(policy, MEMBERS);
        String version = policy.required("version").string();
        if (!version.equals("1.0")) {
            throw new EvidenceException(
                    Reason.UNSUPPORTED,
                    "a Notation trust policy of the version " + Quoted.quote(version) + "; wanted 1.0");
        }
        List<NotationStatement> statements = new ArrayList<>();
        for (JsonCursor statement : policy.required("trustPolicies").elements()) {
            statements.add(statement(statement));
        }
        return of(statements);
    }

    private static void requireKnown(JsonCursor object, Set<String> known) throws JsonException {
        for (Map.Entry<String, JsonCursor> member : object.members().entrySet()) {
            if (!known.contains(member.getKey())) {
                throw member.getValue().badValue("a trust policy has no such member");
            }
        }
    }

    private static NotationStatement statement(JsonCursor statement) throws JsonException, EvidenceException {
        requireKnown(statement, STATEMENT);
        JsonCursor verification = statement.required("signatureVerification");
        requireKnown(verification, VERIFICATION);
        NotationLevel level = level(verification);
        Optional<JsonCursor> timestamp = verification.member("verifyTimestamp");
        List<String> stores = strings(statement, "trustStores");
        List<String> identities = strings(statement, "trustedIdentities");
        boolean isEmpty = level.isSkip() && stores.isEmpty() && identities.isEmpty();
        return (isEmpty ? NotationStatement.skip() : NotationStatement.of(stores, identities))
                .withName(statement.required("name").string())
                .withLevel(level)
                .withRegistryScopes(statement.required("registryScopes").strings())
                .withTimestampCheck(timestamp.isPresent() ? timestampCheck(timestamp.get()) : TimestampCheck.ALWAYS);
    }

    private static List<String> strings(JsonCursor statement, String name) throws JsonException {
        Optional<JsonCursor> member = statement.member(name);
        return member.isPresent() ? member.get().strings() : List.of();
    }

    private static TimestampCheck timestampCheck(JsonCursor check) throws JsonException {
        return switch (check.string()) {
            case "always" -> TimestampCheck.ALWAYS;
            case "afterCertExpiry" -> TimestampCheck.AFTER_CERT_EXPIRY;
            default -> throw check.badValue("wanted always or afterCertExpiry");
        };
    }

    private static NotationLevel level(JsonCursor verification) throws JsonException, EvidenceException {
        String name = verification.required("level").string();
        NotationLevel level = NotationLevel.named(name)
                .orElseThrow(() -> new EvidenceException(
                        Reason.UNSUPPORTED,
                        "the verification level " + Quoted.quote(name) + "; wanted strict, permissive, audit or skip"));
        Optional<JsonCursor> overrides = verification.member("override");
        if (overrides.isPresent()) {
            for (Map.Entry<String, JsonCursor> override :
                    overrides.get().members().entrySet()) {
                level = level.withOverride(
                        validation(override.getKey(), override.getValue()), action(override.getValue()));
            }
        }
        return level;
    }

    private static Validation validation(String name, JsonCursor at) throws JsonException {
        for (Validation validation : Validation.values()) {
            if (validation.toString().equals(name)) {
                return validation;
            }
        }
        throw at.badValue("no validation of this name can be overridden");
    }

    private static Action action(JsonCursor action) throws JsonException {
        return switch (action.string()) {
            case "enforce" -> Action.ENFORCE;
            case "log" -> Action.LOG;
            case "skip" -> Action.SKIP;
            default -> throw action.badValue("wanted enforce, log or skip");
        };
    }

    /** {@return the statements, at least one} */
    public List<NotationStatement> statements() {
        return statements;
    }

    /** {@return the statement that names the repository of an image, else the one for {@code *}, if there is one} */
    public Optional<NotationStatement> statementFor(Reference image) {
        return statements.stream()
                .filter(statement -> statement.registryScopes().contains(image.name()))
                .findFirst()
                .or(this::globalStatement);
    }

    /** {@return the statement for {@code *}, if there is one} */
    public Optional<NotationStatement> globalStatement() {
        return statements.stream().filter(NotationStatement::coversEverything).findFirst();
    }
}
