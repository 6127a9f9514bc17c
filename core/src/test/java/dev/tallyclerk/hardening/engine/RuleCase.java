package dev.tallyclerk.hardening.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.RuleSetting;
import dev.tallyclerk.hardening.audit.Finding;
import java.util.List;

/**
 * What one rule has to say about one engine.
 *
 * @param rule the rule
 * @param verdict what it says
 * @param name the engine in words
 * @param engine the engine
 * @param places where the problems are, if it fails
 * @param settings parameters of the rule
 */
record RuleCase(
        String rule,
        Outcome.Kind verdict,
        String name,
        EngineSubject engine,
        List<String> places,
        List<RuleSetting<?>> settings) {
    static RuleCase fails(String rule, String name, EngineSubject engine, String... places) {
        return new RuleCase(rule, Outcome.Kind.FAIL, name, engine, List.of(places), List.of());
    }

    static RuleCase passes(String rule, String name, EngineSubject engine) {
        return new RuleCase(rule, Outcome.Kind.PASS, name, engine, List.of(), List.of());
    }

    static RuleCase unknown(String rule, String name, EngineSubject engine) {
        return new RuleCase(rule, Outcome.Kind.UNKNOWN, name, engine, List.of(), List.of());
    }

    static RuleCase silent(String rule, String name, EngineSubject engine) {
        return new RuleCase(rule, Outcome.Kind.NOT_APPLICABLE, name, engine, List.of(), List.of());
    }

    <T> RuleCase with(String parameter, T value) {
        return new RuleCase(rule, verdict, name, engine, places, List.of(setting(parameter, value)));
    }

    @SuppressWarnings("unchecked") // the test gives the parameter's own type
    private <T> RuleSetting<T> setting(String parameter, T value) {
        return RuleSetting.of(
                (RuleParameter<T>) EngineRules.ruleSet()
                        .rule(new RuleId(rule))
                        .orElseThrow()
                        .info()
                        .parameter(parameter)
                        .orElseThrow(),
                value);
    }

    void check() {
        List<Finding> findings = Engines.findings(engine, rule, settings);
        findings.forEach(finding -> assertEquals(verdict, finding.kind(), () -> finding.detail()));
        if (verdict == Outcome.Kind.FAIL) {
            assertEquals(
                    places,
                    findings.stream()
                            .map(finding -> finding.problem().orElseThrow().at().toString())
                            .toList());
        }
    }

    @Override
    public String toString() {
        return rule + " " + verdict + ": " + name;
    }
}
