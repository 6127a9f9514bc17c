package dev.tallyclerk.hardening.engine;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.subject.Facts;
import java.util.List;

/** The modes of operation of the engine. */
final class OperationRules {
    private static final String ACTIVE = "active";

    private static final RuleParameter<Boolean> SWARM_EXPECTED =
            RuleParameter.flag("swarmExpected", false, "Whether the engine is meant to be a node of a swarm.");

    private OperationRules() {}

    static List<Rule<EngineSubject>> all() {
        return List.of(liveRestore(), experimental(), swarm());
    }

    private static Rule<EngineSubject> liveRestore() {
        return Rules.rule(
                info("DMN-018", Severity.LOW, Profile.L1, "2.15", "4.5.3", """
                        Live restore is off
                        Without live restore all containers stop with the engine, so engine updates are postponed,
                        including security fixes.
                        Remedy: Set "live-restore": true. A swarm node cannot use it.
                        """),
                engine -> Facts.isStated(engine.info().swarmState(), state -> state.equals(ACTIVE))
                        ? Outcome.notApplicable("a node of a swarm cannot have live restore")
                        : Rules.failIf(
                                engine, EngineOption.LIVE_RESTORE, on -> !on, "containers stop when the engine does"));
    }

    private static Rule<EngineSubject> experimental() {
        return Rules.rule(
                info("DMN-021", Severity.LOW, Profile.L1, "2.18", "4.5.3", """
                        Experimental features are on
                        Experimental features carry none of the usual guarantees: they may be insecure, and change or
                        vanish with any release.
                        Remedy: Remove "experimental": true.
                        """),
                engine -> Rules.failIf(engine, EngineOption.EXPERIMENTAL, on -> on, "experimental features are on"));
    }

    private static Rule<EngineSubject> swarm() {
        return Rules.rule(
                info("DMN-025", Severity.LOW, Profile.L1, "5.1", "4.3", """
                        Swarm mode is on
                        Swarm mode opens ports to other machines, and an attacker who controls a manager controls this
                        engine. A node that was joined for a trial and forgotten is a way in.
                        Remedy: Run docker swarm leave, or set swarmExpected if the engine is meant to be a node.
                        """).parameter(SWARM_EXPECTED),
                (engine, context) -> engine.info().swarmState().decideAt((state, at) -> {
                    boolean unexpected = state.equals(ACTIVE) && !context.value(SWARM_EXPECTED);
                    return Outcome.failIf(
                            unexpected, at, "the engine is a node of a swarm", Evidence.of("LocalNodeState", state));
                }));
    }
}
