package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.container.internal.reader.Companions;
import dev.tallyclerk.hardening.container.internal.reader.ContainerDocument;
import dev.tallyclerk.hardening.container.internal.rules.ContainerRule;
import dev.tallyclerk.hardening.container.internal.rules.RuleCatalogue;
import dev.tallyclerk.hardening.container.internal.rules.SettingsRules;
import dev.tallyclerk.hardening.container.model.RunSubject;
import dev.tallyclerk.internal.subject.RuleHeads;
import java.util.List;
import java.util.Set;

/**
 * The hardening rules over containers: those that engines describe or are asked for, those that other subjects describe
 * as a {@link RunSubject}, and those that are translated into a request, as a {@link TranslatedContainer}.
 *
 * <p>Severities and profiles are the project's own; the profiles follow the level tags of the CIS Docker Benchmark 1.13
 * and judgement, and were not checked against edition 1.6.0. {@link dev.tallyclerk.hardening.RuleInfo#references} cites
 * the sections that ask for the same. Thread-safe.
 */
public final class ContainerRules {
    /** What only an existing container shows: its changes, its image's former tag, and its state. */
    private static final Set<String> OF_RUNNING = Set.of("RUN-055", "RUN-058", "RUN-059");

    /** What the commands show that were executed in an existing container, or that a description says will be. */
    private static final Set<String> OF_EXECS = Set.of("RUN-056", "RUN-057");

    private static final RuleSet RULE_SET = new RuleSet(
            "tallyclerk-container",
            RuleHeads.SINCE,
            RuleCatalogue.all().stream().<Rule<?>>map(ContainerRules::over).toList(),
            Set.of(ContainerSubject.KIND, "kubernetes-workload", "compose-service", "swarm-service"));

    private ContainerRules() {}

    /** {@return the rules} */
    public static RuleSet ruleSet() {
        return RULE_SET;
    }

    private static Rule<ContainerSubject> over(ContainerRule rule) {
        Rule<ContainerSubject> ofEngines = Rule.of(
                rule.info(),
                ContainerSubject.class,
                (subject, context) -> rule.decision().apply(subject.container(), context));
        Rule<ContainerSubject> withTranslations = ofEngines.withSubject(
                TranslatedContainer.class,
                (subject, context) ->
                        located(rule.info().id().value(), ofEngines.judge(subject.container(), context), subject));
        return SettingsRules.of(rule.info().id().value())
                .map(decision -> withTranslations.withSubject(RunSubject.class, decision))
                .orElse(withTranslations);
    }

    /** {@return what is missing, without what only a running container shows, unless nothing else is missing} */
    private static List<MissingValue> stated(List<MissingValue> missing, TranslatedContainer subject) {
        List<MissingValue> stated = subject.container().isRequest()
                ? missing.stream().filter(ContainerRules::isKnowable).toList()
                : missing;
        return stated.isEmpty() ? missing : stated;
    }

    private static boolean isKnowable(MissingValue missing) {
        return !missing.what().startsWith(ContainerDocument.NOT_IN_REQUESTS)
                && !missing.what().equals(Companions.NO_PROCESSES);
    }

    private static Outcome located(String rule, Outcome outcome, TranslatedContainer subject) {
        boolean isTooEarly = OF_RUNNING.contains(rule)
                || (OF_EXECS.contains(rule) && subject.container().execs() instanceof Fact.Missing<?>);
        if (isTooEarly && subject.container().isRequest() && outcome.kind().isUndecided()) {
            return Outcome.notApplicable("the container is described before it runs");
        }
        if (outcome instanceof Outcome.Unknown unknown) {
            return new Outcome.Unknown(stated(unknown.missing(), subject).stream()
                    .map(subject::explain)
                    .distinct()
                    .toList());
        }
        return outcome instanceof Outcome.Fail fail
                ? Outcome.ofProblems(fail.problems().stream()
                        .map(problem -> problem.withLocation(subject.locate(problem.at())))
                        .toList())
                : outcome;
    }
}
