package dev.tallyclerk.hardening.container;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.RuleSetting;
import java.util.ArrayList;
import java.util.List;

/**
 * What one rule has to say about one container.
 *
 * @param rule the rule
 * @param verdict what it says
 * @param what the container in words
 * @param container the container
 * @param places where the problems are, if it fails
 * @param settings parameters of the rule
 */
record ContainerCase(
        String rule,
        Outcome.Kind verdict,
        String what,
        ContainerSubject container,
        List<String> places,
        List<RuleSetting<?>> settings) {
    static ContainerCase fails(String rule, String what, ContainerSubject container, String... places) {
        return new ContainerCase(rule, Outcome.Kind.FAIL, what, container, List.of(places), List.of());
    }

    static ContainerCase passes(String rule, String what, ContainerSubject container) {
        return new ContainerCase(rule, Outcome.Kind.PASS, what, container, List.of(), List.of());
    }

    static ContainerCase unknown(String rule, String what, ContainerSubject container) {
        return new ContainerCase(rule, Outcome.Kind.UNKNOWN, what, container, List.of(), List.of());
    }

    static ContainerCase silent(String rule, String what, ContainerSubject container) {
        return new ContainerCase(rule, Outcome.Kind.NOT_APPLICABLE, what, container, List.of(), List.of());
    }

    /** {@return this case under a policy that sets a parameter} */
    <T> ContainerCase with(String parameter, T value) {
        return new ContainerCase(rule, verdict, what, container, places, List.of(setting(parameter, value)));
    }

    @SuppressWarnings("unchecked") // the test gives the parameter's own type
    private <T> RuleSetting<T> setting(String parameter, T value) {
        return RuleSetting.of(
                (RuleParameter<T>) theRule().info().parameter(parameter).orElseThrow(), value);
    }

    @SuppressWarnings("unchecked") // all rules of the set are over containers
    private Rule<ContainerSubject> theRule() {
        return (Rule<ContainerSubject>)
                ContainerRules.ruleSet().rule(new RuleId(rule)).orElseThrow();
    }

    Outcome outcome() {
        return theRule().evaluate(container, RuleContext.at(Containers.NOW).withSettings(settings));
    }

    void check() {
        Outcome outcome = outcome();
        assertEquals(verdict, outcome.kind(), this + ": " + outcome);
        if (outcome instanceof Outcome.Fail fail && !places.isEmpty()) {
            List<String> found = new ArrayList<>();
            for (Problem problem : fail.problems()) {
                found.add(problem.at().toString().replace("container#", ""));
            }
            assertEquals(places, found, toString());
        }
    }

    @Override
    public String toString() {
        return rule + " " + verdict + " " + what;
    }
}
