package dev.tallyclerk.hardening.policy;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.policy.PolicyException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Policies that are read and such that are refused, for the reader, the schema and YAML. Quotes are single here. */
public final class PolicyCorpus {
    static final RuleParameter<Long> RESTARTS = RuleParameter.integer("maximumRestarts", 5, 0, 100, "How many.");
    static final RuleParameter<Duration> AGE = RuleParameter.duration(
            "maximumAge", Duration.ofDays(90), Duration.ofDays(1), Duration.ofDays(3650), "How old.");
    static final RuleParameter<String> DRIVER = RuleParameter.text("driver", "journald", "Which.");
    static final RuleParameter<List<String>> ALLOWED = RuleParameter.textList("allowed", List.of(), "What.");
    static final RuleParameter<Boolean> LOOPBACK = RuleParameter.flag("allowLoopback", false, "Whether.");

    /** The rules that the policies speak of. */
    public static final List<RuleSet> RULES = List.of(
            new RuleSet(
                    "acme-things",
                    "1.2.0",
                    List.of(rule("ACME-001", RESTARTS, AGE, DRIVER, ALLOWED, LOOPBACK), rule("ACME-002"))),
            new RuleSet("acme-doors", "2.0.0", List.of(rule("DOOR-001")), Set.of("door", "gate")),
            new RuleSet("acme-locks", "1.0.0", List.of(rule("LOCK-001")), Set.of("lock")));

    private PolicyCorpus() {}

    /**
     * A policy that is refused.
     *
     * @param document the policy
     * @param reason why
     * @param pointer where
     * @param suggestion what was probably meant; empty if there is no guess
     * @param bySchema whether the schema refuses it too
     */
    public record Refused(String document, Reason reason, String pointer, String suggestion, boolean bySchema) {
        private Refused(String document, Reason reason, String pointer, String suggestion) {
            this(document.replace('\'', '"'), reason, pointer, suggestion, true);
        }

        private Refused readerOnly() {
            return new Refused(document, reason, pointer, suggestion, false);
        }
    }

    private static Rule<Subject> rule(String id, RuleParameter<?>... parameters) {
        RuleInfo.Builder info = RuleInfo.builder(id, "title")
                .rationale("why")
                .remediation("how")
                .severity(Severity.LOW)
                .profile(Profile.L1)
                .since("1.0.0");
        for (RuleParameter<?> parameter : parameters) {
            info.parameter(parameter);
        }
        return Rule.of(info.build(), Subject.class, (subject, context) -> Outcome.pass());
    }

    /** {@return policies that are read} */
    public static Stream<String> accepted() {
        return Stream.of(
                        with(""),
                        with("'name': 'p', 'description': '', 'profile': 'STRICT'"),
                        with("'$schema': './policy.schema.json'"),
                        with("'gate': 'NONE'"),
                        with("'gate': {}"),
                        with("'gate': {'failOn': 'INFO', 'unknownFails': false, 'expiredWaiverFails': false,"
                                + " 'noSubjectFails': false}"),
                        with("'ruleSets': {'acme-things': '1.1', 'acme-doors': '2.0.0'}"),
                        with("'rules': {}"),
                        with("'rules': {'ACME-001': {'enabled': true}}"),
                        with(
                                "'rules': {'ACME-001': {'enabled': false, 'reason': 'r'}, 'DOOR-001': {'severity': 'LOW'}}"),
                        with("'rules': {'ACME-001': {'parameters': {'maximumRestarts': 0, 'maximumAge': 'P1DT2H',"
                                + " 'driver': '', 'allowed': ['a', 'b'], 'allowLoopback': true}}}"),
                        with("'longestWaiver': 'P90D'"),
                        with("'longestWaiver': 'P1Y2M3W4D'"),
                        with("'waivers': []"),
                        with("'limits': {}"),
                        with("'secretPatterns': []"),
                        with("'secretPatterns': ['Example | token | any | extok_ | [0-9a-f]{8} | -']"),
                        with("'limits': {'maxLayerBytes': 9007199254740991, 'maxLayerRatio': 1,"
                                + " 'layerRatioFreeBytes': 1, 'maxLayerWindowBytes': 2147483647, 'maxLayerEntries': 1,"
                                + " 'maxLayerNameBytes': 1, 'maxLayerHeaderBytes': 1, 'maxLayerDepth': 1}"),
                        waiver("'name': '*'", ""),
                        waiver(
                                "'kind': 'image', 'name': 'a/*', 'digest': 'sha256:" + "0".repeat(64)
                                        + "', 'labels': {'stage': 't?st'}, 'location': 'config#*'",
                                ""))
                .map(text -> text.replace('\'', '"'));
    }

    /** {@return policies that are refused} */
    public static Stream<Refused> refused() {
        return Stream.of(
                new Refused("[]", Reason.WRONG_TYPE, "", ""),
                new Refused("{}", Reason.MISSING_MEMBER, "/schemaVersion", ""),
                new Refused("{'schemaVersion': 2}", Reason.BAD_VALUE, "/schemaVersion", ""),
                new Refused("{'schemaVersion': '1'}", Reason.WRONG_TYPE, "/schemaVersion", ""),
                new Refused(with("'profil': 'L1'"), Reason.UNKNOWN_MEMBER, "/profil", "profile"),
                new Refused(with("'Rules': {}"), Reason.UNKNOWN_MEMBER, "/Rules", "rules"),
                new Refused(with("'x': 1"), Reason.UNKNOWN_MEMBER, "/x", ""),
                new Refused(with("'name': ' '"), Reason.BAD_VALUE, "/name", ""),
                new Refused(with("'name': null"), Reason.WRONG_TYPE, "/name", ""),
                new Refused(with("'description': 1"), Reason.WRONG_TYPE, "/description", ""),
                new Refused(with("'profile': 'L3'"), Reason.BAD_VALUE, "/profile", "L1"),
                new Refused(with("'profile': 'strict'"), Reason.BAD_VALUE, "/profile", "STRICT"),
                new Refused(with("'gate': 'none'"), Reason.BAD_VALUE, "/gate", ""),
                new Refused(with("'gate': true"), Reason.WRONG_TYPE, "/gate", ""),
                new Refused(with("'gate': {'failOn': 'HGIH'}"), Reason.BAD_VALUE, "/gate/failOn", "HIGH"),
                new Refused(with("'gate': {'failon': 'HIGH'}"), Reason.UNKNOWN_MEMBER, "/gate/failon", "failOn"),
                new Refused(with("'gate': {'unknownFails': 'yes'}"), Reason.WRONG_TYPE, "/gate/unknownFails", ""),
                new Refused(
                        with("'ruleSets': {'acme-thing': '1.0'}"),
                        Reason.UNKNOWN_RULE_SET,
                        "/ruleSets/acme-thing",
                        "acme-things"),
                new Refused(with("'ruleSets': {'acme-doors': 2}"), Reason.WRONG_TYPE, "/ruleSets/acme-doors", ""),
                new Refused(with("'ruleSets': {'acme-doors': 'v2'}"), Reason.BAD_VALUE, "/ruleSets/acme-doors", ""),
                new Refused(with("'ruleSets': {'acme-doors': '2.0.1'}"), Reason.BAD_VALUE, "/ruleSets/acme-doors", "")
                        .readerOnly(),
                new Refused(with("'rules': []"), Reason.WRONG_TYPE, "/rules", ""),
                new Refused(
                        with("'rules': {'ACME-010': {'enabled': true}}"),
                        Reason.UNKNOWN_RULE,
                        "/rules/ACME-010",
                        "ACME-001"),
                new Refused(
                        with("'rules': {'XYZ-9999': {'enabled': true}}"), Reason.UNKNOWN_RULE, "/rules/XYZ-9999", ""),
                new Refused(with("'rules': {'ACME-001': {}}"), Reason.BAD_VALUE, "/rules/ACME-001", ""),
                new Refused(
                        with("'rules': {'ACME-001': {'enabled': false}}"),
                        Reason.MISSING_MEMBER,
                        "/rules/ACME-001/reason",
                        ""),
                new Refused(
                        with("'rules': {'ACME-001': {'enabled': false, 'reason': ''}}"),
                        Reason.BAD_VALUE,
                        "/rules/ACME-001/reason",
                        ""),
                new Refused(
                        with("'rules': {'ACME-001': {'parameters': {'maximumRestart': 1}}}"),
                        Reason.UNKNOWN_PARAMETER,
                        "/rules/ACME-001/parameters/maximumRestart",
                        "maximumRestarts"),
                new Refused(
                        with("'rules': {'ACME-002': {'parameters': {'maximumRestarts': 1}}}"),
                        Reason.UNKNOWN_PARAMETER,
                        "/rules/ACME-002/parameters/maximumRestarts",
                        ""),
                parameter("'maximumRestarts': 101", Reason.BAD_VALUE),
                parameter("'maximumRestarts': -1", Reason.BAD_VALUE),
                parameter("'maximumRestarts': '1'", Reason.WRONG_TYPE),
                parameter("'maximumAge': 90", Reason.WRONG_TYPE),
                parameter("'maximumAge': 'P1Y'", Reason.BAD_VALUE),
                parameter("'maximumAge': 'P'", Reason.BAD_VALUE),
                parameter("'maximumAge': 'P1DT'", Reason.BAD_VALUE),
                parameter("'maximumAge': '-P1D'", Reason.BAD_VALUE),
                parameter("'maximumAge': 'PT1H'", Reason.BAD_VALUE).readerOnly(),
                parameter("'driver': 1", Reason.WRONG_TYPE),
                parameter("'allowed': 'a'", Reason.WRONG_TYPE),
                parameter("'allowLoopback': 0", Reason.WRONG_TYPE),
                new Refused(
                        with("'rules': {'ACME-001': {'parameters': {'allowed': [1]}}}"),
                        Reason.WRONG_TYPE,
                        "/rules/ACME-001/parameters/allowed/0",
                        ""),
                new Refused(with("'longestWaiver': 'P'"), Reason.BAD_VALUE, "/longestWaiver", ""),
                new Refused(with("'longestWaiver': 'PT12H'"), Reason.BAD_VALUE, "/longestWaiver", ""),
                new Refused(with("'longestWaiver': 'P0D'"), Reason.BAD_VALUE, "/longestWaiver", "").readerOnly(),
                new Refused(with("'longestWaiver': 'P999Y'"), Reason.BAD_VALUE, "/longestWaiver", "").readerOnly(),
                new Refused(with("'limits': []"), Reason.WRONG_TYPE, "/limits", ""),
                new Refused(
                        with("'limits': {'maxLayerByte': 1}"),
                        Reason.UNKNOWN_MEMBER,
                        "/limits/maxLayerByte",
                        "maxLayerBytes"),
                new Refused(with("'limits': {'maxLayerBytes': 0}"), Reason.BAD_VALUE, "/limits/maxLayerBytes", ""),
                new Refused(
                        with("'limits': {'maxLayerBytes': 9007199254740992}"),
                        Reason.BAD_VALUE,
                        "/limits/maxLayerBytes",
                        ""),
                new Refused(
                        with("'limits': {'maxLayerRatio': 2147483648}"), Reason.BAD_VALUE, "/limits/maxLayerRatio", ""),
                new Refused(with("'limits': {'maxLayerDepth': '9'}"), Reason.WRONG_TYPE, "/limits/maxLayerDepth", ""),
                new Refused(with("'secretPatterns': 'x'"), Reason.WRONG_TYPE, "/secretPatterns", ""),
                new Refused(with("'secretPatterns': ['x']"), Reason.BAD_VALUE, "/secretPatterns/0", ""),
                new Refused(
                        with("'secretPatterns': ['a | token | any | extok_ | x | -', '# none']"),
                        Reason.BAD_VALUE,
                        "/secretPatterns/1",
                        ""),
                new Refused(
                                with("'secretPatterns': ['a | tokens | any | extok_ | x | -']"),
                                Reason.BAD_VALUE,
                                "/secretPatterns/0",
                                "")
                        .readerOnly(),
                new Refused(with("'waivers': {}"), Reason.WRONG_TYPE, "/waivers", ""),
                new Refused(with("'waivers': [{}]"), Reason.MISSING_MEMBER, "/waivers/0/rule", ""),
                new Refused(waiver("", ""), Reason.BAD_VALUE, "/waivers/0/scope", ""),
                new Refused(waiver("'nmae': 'x'", ""), Reason.UNKNOWN_MEMBER, "/waivers/0/scope/nmae", "name"),
                new Refused(waiver("'kind': 'Image'", ""), Reason.BAD_VALUE, "/waivers/0/scope/kind", ""),
                new Refused(ofKind("DOOR-001", "dor"), Reason.BAD_VALUE, "/waivers/0/scope/kind", "door").readerOnly(),
                new Refused(ofKind("DOOR-001", "lock"), Reason.BAD_VALUE, "/waivers/0/scope/kind", "").readerOnly(),
                new Refused(ofKind("LOCK-001", "gate"), Reason.BAD_VALUE, "/waivers/0/scope/kind", "lock").readerOnly(),
                new Refused(waiver("'name': ''", ""), Reason.BAD_VALUE, "/waivers/0/scope/name", ""),
                new Refused(waiver("'digest': 'sha256'", ""), Reason.BAD_VALUE, "/waivers/0/scope/digest", ""),
                new Refused(waiver("'labels': {}", ""), Reason.BAD_VALUE, "/waivers/0/scope/labels", ""),
                new Refused(waiver("'labels': {'a': 1}", ""), Reason.WRONG_TYPE, "/waivers/0/scope/labels/a", ""),
                new Refused(
                        waiver("'name': '" + "a".repeat(1001) + "'", ""),
                        Reason.BAD_VALUE,
                        "/waivers/0/scope/name",
                        ""),
                new Refused(
                        waiver("'name': '*'", ", 'expiry': 'never'"),
                        Reason.UNKNOWN_MEMBER,
                        "/waivers/0/expiry",
                        "expires"),
                new Refused(
                        waiver("'name': '*'", "").replace("ACME-002", "ACME-003"),
                        Reason.UNKNOWN_RULE,
                        "/waivers/0/rule",
                        "ACME-001"),
                new Refused(
                        waiver("'name': '*'", "").replace("because", ""), Reason.BAD_VALUE, "/waivers/0/reason", ""),
                new Refused(
                        waiver("'name': '*'", "").replace("2027-01-31", "31.1.2027"),
                        Reason.BAD_VALUE,
                        "/waivers/0/expires",
                        ""),
                new Refused(
                        waiver("'name': '*'", "").replace("2027-01-31", "2027-02-29"),
                        Reason.BAD_VALUE,
                        "/waivers/0/expires",
                        ""),
                new Refused(
                        waiver("'name': '*'", "").replace("2027-01-31", "+999999999-01-01"),
                        Reason.BAD_VALUE,
                        "/waivers/0/expires",
                        ""));
    }

    private static Refused parameter(String member, Reason reason) {
        String name = member.substring(1, member.indexOf('\'', 1));
        return new Refused(
                with("'rules': {'ACME-001': {'parameters': {" + member + "}}}"),
                reason,
                "/rules/ACME-001/parameters/" + name,
                "");
    }

    private static String with(String members) {
        return "{'schemaVersion': 1" + (members.isEmpty() ? "" : ", " + members) + "}";
    }

    private static String ofKind(String rule, String kind) {
        return waiver("'kind': '" + kind + "'", "").replace("ACME-002", rule);
    }

    private static String waiver(String scope, String more) {
        return with("'waivers': [{'rule': 'ACME-002', 'scope': {" + scope
                + "}, 'reason': 'because', 'owner': 'team', 'expires': '2027-01-31'" + more + "}]");
    }
}
