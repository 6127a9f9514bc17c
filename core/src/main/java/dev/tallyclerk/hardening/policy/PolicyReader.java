package dev.tallyclerk.hardening.policy;

import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonPlace;
import java.util.Arrays;
import java.util.Collection;

/**
 * Reads a {@link Policy} from JSON.
 *
 * <p>The document is one object. Only {@code schemaVersion} is required; the rest defaults to {@link Policy#defaults}.
 *
 * <pre>{@code
 * {
 *   "schemaVersion": 1,
 *   "name": "production",
 *   "profile": "L2",
 *   "gate": {"failOn": "HIGH", "unknownFails": true, "expiredWaiverFails": true, "noSubjectFails": true},
 *   "ruleSets": {"tallyclerk-image": "1.0.0"},
 *   "rules": {
 *     "IMG-029": {"severity": "HIGH", "parameters": {"maximumAge": "P30D"}},
 *     "IMG-011": {"enabled": false, "reason": "our base images bring their own shell"}
 *   },
 *   "longestWaiver": "P6M",
 *   "waivers": [{
 *     "rule": "IMG-001",
 *     "scope": {"kind": "image", "name": "example.test/legacy/*"},
 *     "reason": "the vendor's image needs root until its next release",
 *     "owner": "platform team",
 *     "expires": "2027-01-31"
 *   }],
 *   "limits": {"maxLayerBytes": 8589934592, "maxLayerRatio": 400},
 *   "secretPatterns": ["Example token | token | any | extok_ | [0-9a-f]{8} | -"]
 * }
 * }</pre>
 *
 * <table>
 * <caption>Members</caption>
 * <tr><th>member</th><th>value</th></tr>
 * <tr><td>{@code schemaVersion}</td><td>1</td></tr>
 * <tr><td>{@code $schema}, {@code description}</td><td>ignored; for editors and people</td></tr>
 * <tr><td>{@code name}</td><td>the name for people</td></tr>
 * <tr><td>{@code profile}</td><td>L1, L2 or STRICT</td></tr>
 * <tr><td>{@code gate}</td><td>{@code "NONE"}, or an object of {@code failOn} (a severity) and three booleans, as in
 *     {@link dev.tallyclerk.hardening.audit.Gate}</td></tr>
 * <tr><td>{@code ruleSets}</td><td>the pinned version of each rule set, by name</td></tr>
 * <tr><td>{@code rules}</td><td>by id: {@code enabled}, {@code reason} (required if {@code enabled} is false),
 *     {@code severity}, {@code parameters} by name: an integer, a boolean, a text, an array of texts, or an ISO 8601 duration of days, hours, minutes and seconds</td></tr>
 * <tr><td>{@code longestWaiver}</td><td>an ISO 8601 period of years, months, weeks and days</td></tr>
 * <tr><td>{@code waivers}</td><td>{@code rule}, {@code scope} (at least one of {@code kind}, {@code name},
 *     {@code digest}, {@code labels}, {@code location}, {@code evidence}; as in {@link dev.tallyclerk.hardening.audit.Scope}),
 *     {@code reason}, {@code owner}, {@code expires} (a date); all are required. A {@code kind} is {@code image}, {@code container}, {@code engine}, {@code seccomp}, {@code dockerfile}, or one of a caller's own rule sets, and must be the kind that the rule is about</td></tr>
 * <tr><td>{@code inlineWaivers}</td><td>a boolean, true by default: whether waivers count that audited documents carry
 *     themselves, such as comments in a Dockerfile</td></tr>
 * <tr><td>{@code limits}</td><td>integers by the {@linkplain dev.tallyclerk.hardening.audit.PolicyLimit#member names} of
 *     {@link dev.tallyclerk.hardening.audit.PolicyLimit}: {@code maxLayerBytes}, {@code maxLayerRatio},
 *     {@code layerRatioFreeBytes}, {@code maxLayerWindowBytes}, {@code maxLayerEntries}, {@code maxLayerNameBytes},
 *     {@code maxLayerHeaderBytes}, {@code maxLayerDepth}</td></tr>
 * <tr><td>{@code secretPatterns}</td><td>texts, each a pattern as in
 *     {@link dev.tallyclerk.hardening.audit.Policy#withSecretPattern}</td></tr>
 * <tr><td>{@code customRules}</td><td>rules without code, over subjects that show their document: {@code id} (with a
 *     prefix of its own), {@code title}, {@code severity}, {@code remediation}, {@code subject} (a kind),
 *     {@code require} (a condition) and {@code message} are required; {@code rationale}, {@code profile}, {@code each} (a
 *     path: {@code require} and {@code message} are about each value there) and {@code when} (a condition on the whole document) are not</td></tr>
 * </table>
 *
 * <p>A condition is an object with {@code all} or {@code any} (conditions), {@code not} (a condition), or {@code path}
 * and one test: {@code exists} (a boolean), {@code equals} (a text, number or boolean), {@code oneOf} or {@code noneOf}
 * (such values), {@code matches} (a text with * and ?), {@code atLeast} or {@code atMost} (a number), or
 * {@code contains} (a text in a sequence, or the name of a member). A path is names separated by dots; {@code [*]} is
 * every element or member, each of which has to pass, and {@code ['a.b/c']} a name with other characters. A value that
 * is absent makes a test unknown, unless {@code ifAbsent} is {@code true} (it passes) or {@code false}. In a message, a
 * path in braces is replaced by its value. There are at most 200 rules, 8 levels of conditions and 16 steps of a path:
 *
 * <pre>{@code
 * "customRules": [{
 *   "id": "ACME-001", "title": "Too few replicas", "severity": "LOW", "subject": "kubernetes-workload",
 *   "remediation": "Set replicas to 2 at least.",
 *   "when": {"path": "kind", "equals": "Deployment"},
 *   "require": {"path": "spec.replicas", "atLeast": 2, "ifAbsent": false},
 *   "message": "{metadata.name} has {spec.replicas} replicas"
 * }]
 * }</pre>
 *
 * <p>Reading is strict: unknown members, rules, rule sets and parameters are errors, and so are values out of a
 * parameter's range and waivers for a kind of subject that their rule is not about. Errors contain line and column.
 * Immutable.
 */
public final class PolicyReader {
    /** The version of the schema. */
    public static final int SCHEMA_VERSION = PolicyDocument.SCHEMA_VERSION;

    private static final int USUAL_BYTES = 1 << 20;

    private final KnownRules rules;
    private final int maxBytes;

    private PolicyReader(KnownRules rules, int maxBytes) {
        this.rules = rules;
        this.maxBytes = maxBytes;
    }

    /**
     * {@return a reader of documents of at most 1 MiB}
     *
     * <p>Like every JSON document, a policy may also have 64 levels, numbers of 64 characters, and one value per 12
     * bytes but at least 10,000.
     *
     * @param ruleSets all rules that a policy may name
     * @throws IllegalArgumentException if two rule sets have a rule with the same id
     */
    public static PolicyReader of(Collection<RuleSet> ruleSets) {
        return new PolicyReader(KnownRules.of(ruleSets), USUAL_BYTES);
    }

    /**
     * {@return this reader with another limit}
     *
     * @param maxBytes the longest document, in bytes; at least 1
     * @throws IllegalArgumentException if the limit is below 1
     */
    public PolicyReader withMaxBytes(int maxBytes) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("a limit of " + maxBytes + " bytes is below 1");
        }
        return new PolicyReader(rules, maxBytes);
    }

    private static byte[] withoutMark(byte[] document) {
        boolean isMarked = document.length >= 3
                && document[0] == (byte) 0xef
                && document[1] == (byte) 0xbb
                && document[2] == (byte) 0xbf;
        return isMarked ? Arrays.copyOfRange(document, 3, document.length) : document;
    }

    /** {@return the longest document, in bytes} */
    public int maxBytes() {
        return maxBytes;
    }

    /**
     * {@return the policy}
     *
     * @param document the document in UTF-8, with or without a byte order mark
     * @throws PolicyException if it is not a policy, or exceeds the limit
     */
    public Policy read(byte[] document) throws PolicyException {
        byte[] json = withoutMark(document);
        JsonCursor root;
        try {
            root = JsonCursor.parse(json, JsonLimits.ofBytes(maxBytes));
        } catch (JsonException e) {
            PolicyException refusal = new PolicyException(reason(e), e.pointer(), e.problem(), null);
            throw e.place().map(place -> refusal.withPosition(position(place))).orElse(refusal);
        }
        try {
            return new PolicyDocument(rules).read(root);
        } catch (JsonException e) {
            throw new PolicyException(reason(e), e.pointer(), e.problem(), null)
                    .withPosition(position(JsonPlace.of(json, e.pointer())));
        } catch (PolicyException e) {
            throw e.withPosition(position(JsonPlace.of(json, e.pointer())));
        }
    }

    private static PolicyException.Position position(JsonPlace place) {
        return new PolicyException.Position(place.line(), place.column());
    }

    private static PolicyException.Reason reason(JsonException e) {
        return switch (e.reason()) {
            case SYNTAX -> PolicyException.Reason.SYNTAX;
            case DUPLICATE_MEMBER -> PolicyException.Reason.DUPLICATE_MEMBER;
            case CASE_VARIANT_MEMBER -> PolicyException.Reason.UNKNOWN_MEMBER;
            case LIMIT -> PolicyException.Reason.LIMIT_EXCEEDED;
            case MISSING -> PolicyException.Reason.MISSING_MEMBER;
            case WRONG_TYPE -> PolicyException.Reason.WRONG_TYPE;
            case BAD_VALUE -> PolicyException.Reason.BAD_VALUE;
        };
    }
}
