package dev.tallyclerk.hardening.policy;

import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.Gate;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.audit.PolicyLimit;
import dev.tallyclerk.hardening.policy.PolicyException.Reason;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.text.DottedVersion;
import dev.tallyclerk.text.Quoted;
import java.time.Period;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads one document into a policy. */
final class PolicyDocument {
    static final int SCHEMA_VERSION = 1;

    static final String NO_GATE = "NONE";

    private static final Set<String> MEMBERS = Names.inOrder(
            "$schema",
            "schemaVersion",
            "name",
            "description",
            "profile",
            "gate",
            "ruleSets",
            "rules",
            "longestWaiver",
            "waivers",
            "inlineWaivers",
            "limits",
            "secretPatterns",
            "customRules");
    private static final Set<String> GATE =
            Names.inOrder("failOn", "unknownFails", "expiredWaiverFails", "noSubjectFails");
    private static final Set<String> LIMITS = Names.inOrder(
            Stream.of(PolicyLimit.values()).map(PolicyLimit::member).toArray(String[]::new));
    private static final Set<String> RULE = Names.inOrder("enabled", "reason", "severity", "parameters");

    private final KnownRules rules;
    private Policy policy = Policy.defaults();

    PolicyDocument(KnownRules rules) {
        this.rules = rules;
    }

    Policy read(JsonCursor root) throws JsonException, PolicyException {
        Names.refuseOthers(root, MEMBERS);
        root.required("schemaVersion").integer(SCHEMA_VERSION, SCHEMA_VERSION);
        read(root, "$schema", JsonCursor::string);
        read(root, "description", JsonCursor::string);
        read(root, "name", name -> policy = policy.withName(Texts.notBlank(name)));
        read(root, "profile", profile -> policy = policy.withProfile(Names.constant(profile, Profile.class)));
        read(root, "gate", this::readGate);
        read(root, "ruleSets", this::readPins);
        read(root, "rules", rules -> {
            for (Map.Entry<String, JsonCursor> rule : rules.members().entrySet()) {
                readRule(rule.getValue(), rule.getKey());
            }
        });
        KnownRules[] toWaive = {rules};
        read(root, "customRules", custom -> {
            RuleSet added = CustomRules.read(custom, rules);
            policy = policy.withAddedRules(added);
            toWaive[0] = rules.with(added);
        });
        read(root, "longestWaiver", this::readLongestWaiver);
        read(root, "waivers", waivers -> {
            for (JsonCursor waiver : waivers.elements()) {
                policy = policy.withWaiver(WaiverDocument.read(waiver, toWaive[0]));
            }
        });
        read(root, "inlineWaivers", inline -> policy = policy.withInlineWaivers(inline.bool()));
        read(root, "limits", this::readLimits);
        read(root, "secretPatterns", patterns -> {
            for (JsonCursor pattern : patterns.elements()) {
                readSecretPattern(pattern);
            }
        });
        return policy;
    }

    private interface Reading {
        void read(JsonCursor at) throws JsonException, PolicyException;
    }

    private static void read(JsonCursor object, String member, Reading reading) throws JsonException, PolicyException {
        Optional<JsonCursor> value = object.member(member);
        if (value.isPresent()) {
            reading.read(value.get());
        }
    }

    private void readGate(JsonCursor at) throws JsonException, PolicyException {
        if (at.value() instanceof JsonValue.JsonString) {
            if (!at.string().equals(NO_GATE)) {
                throw at.badValue("must be an object or \"" + NO_GATE + "\", is " + Quoted.quote(at.string()));
            }
            policy = policy.withoutGate();
            return;
        }
        Names.refuseOthers(at, GATE);
        Gate gate = policy.gate().orElseThrow();
        Optional<JsonCursor> failOn = at.member("failOn");
        if (failOn.isPresent()) {
            gate = new Gate(
                    Names.constant(failOn.get(), Severity.class),
                    gate.unknownFails(),
                    gate.expiredWaiverFails(),
                    gate.noSubjectFails());
        }
        gate = gate.withUnknownFails(flag(at, "unknownFails", gate.unknownFails()));
        gate = gate.withExpiredWaiverFails(flag(at, "expiredWaiverFails", gate.expiredWaiverFails()));
        policy = policy.withGate(gate.withNoSubjectFails(flag(at, "noSubjectFails", gate.noSubjectFails())));
    }

    private static boolean flag(JsonCursor at, String member, boolean otherwise) throws JsonException {
        Optional<JsonCursor> value = at.member(member);
        return value.isPresent() ? value.get().bool() : otherwise;
    }

    private void readPins(JsonCursor at) throws JsonException, PolicyException {
        for (Map.Entry<String, JsonCursor> pin : at.members().entrySet()) {
            String known = rules.versions().get(pin.getKey());
            if (known == null) {
                throw Names.unknown(
                        Reason.UNKNOWN_RULE_SET,
                        "rule set",
                        pin.getKey(),
                        pin.getValue(),
                        rules.versions().keySet());
            }
            try {
                String version = pin.getValue().string();
                if (DottedVersion.parse(version).compareTo(DottedVersion.parse(known)) > 0) {
                    throw pin.getValue().badValue("rule set " + pin.getKey() + " is only at version " + known);
                }
                policy = policy.withPin(pin.getKey(), version);
            } catch (IllegalArgumentException e) {
                throw pin.getValue().badValue(Texts.messageOf(e));
            }
        }
    }

    private void readRule(JsonCursor at, String id) throws JsonException, PolicyException {
        RuleInfo rule = rules.rules().get(id);
        if (rule == null) {
            throw Names.unknown(
                    Reason.UNKNOWN_RULE, "rule", id, at, rules.rules().keySet());
        }
        Names.refuseOthers(at, RULE);
        if (at.size() == 0) {
            throw at.badValue("must change something about the rule");
        }
        Optional<JsonCursor> reason = at.member("reason");
        String because = reason.isPresent() ? Texts.notBlank(reason.get()) : "";
        Optional<JsonCursor> enabled = at.member("enabled");
        if (enabled.isPresent() && enabled.get().bool()) {
            policy = policy.withRule(rule.id());
        } else if (enabled.isPresent()) {
            if (because.isEmpty()) {
                throw at.missing("reason");
            }
            policy = policy.withoutRule(rule.id(), because);
        }
        read(
                at,
                "severity",
                severity -> policy = policy.withSeverity(rule.id(), Names.constant(severity, Severity.class)));
        read(at, "parameters", parameters -> {
            for (Map.Entry<String, JsonCursor> entry : parameters.members().entrySet()) {
                readParameter(rule, entry.getKey(), entry.getValue());
            }
        });
    }

    private void readParameter(RuleInfo rule, String name, JsonCursor at) throws JsonException, PolicyException {
        Optional<RuleParameter<?>> parameter = rule.parameter(name);
        if (parameter.isEmpty()) {
            throw Names.unknown(
                    Reason.UNKNOWN_PARAMETER,
                    "parameter of " + rule.id(),
                    name,
                    at,
                    rule.parameters().stream().map(RuleParameter::name).toList());
        }
        policy = policy.withSetting(rule.id(), ParameterDocument.read(parameter.get(), at));
    }

    private void readLimits(JsonCursor at) throws JsonException, PolicyException {
        Names.refuseOthers(at, LIMITS);
        for (PolicyLimit limit : PolicyLimit.values()) {
            Optional<JsonCursor> value = at.member(limit.member());
            if (value.isPresent()) {
                policy = policy.withLimit(limit, value.get().integer(1, limit.maximum()));
            }
        }
    }

    private void readSecretPattern(JsonCursor at) throws JsonException {
        try {
            policy = policy.withSecretPattern(at.string());
        } catch (IllegalArgumentException e) {
            throw at.badValue(Texts.messageOf(e));
        }
    }

    private void readLongestWaiver(JsonCursor at) throws JsonException {
        Period longest = Texts.period(at);
        try {
            policy = policy.withLongestWaiver(longest);
        } catch (IllegalArgumentException e) {
            throw at.badValue(Texts.messageOf(e));
        }
    }
}
