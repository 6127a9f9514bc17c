package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.dockerfile.WordExpander.Expansion;
import dev.tallyclerk.internal.command.CommandSummary;
import dev.tallyclerk.internal.secret.SecretText;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a rule finds in the instructions of a file. A problem in a stage that the image does not consist of is
 * one step less severe and names its stage.
 */
final class Findings {
    /** A hostile file has very many; more of them are of no use. */
    private static final int MAX_PROBLEMS = 200;

    private static final int MAX_MISSING = 20;

    private final Severity severity;
    private final List<Problem> problems = new ArrayList<>();
    private final List<MissingValue> missing = new ArrayList<>();
    private @Nullable BuiltStage stage;
    private boolean isInChild;
    private int left;

    private Findings(Severity severity) {
        this.severity = severity;
    }

    /** {@return what a check finds in the steps of all stages, for a rule of this severity} */
    static Outcome overSteps(DockerfileSubject subject, Severity severity, BiConsumer<Step, Findings> check) {
        return overStages(subject, severity, (stage, found) -> {
            for (Step step : stage.steps()) {
                found.isInChild = step.isInChild();
                check.accept(step, found);
            }
        });
    }

    /** {@return what a check finds in all stages, for a rule of this severity} */
    static Outcome overStages(DockerfileSubject subject, Severity severity, BiConsumer<BuiltStage, Findings> check) {
        return over(severity, found -> {
            for (BuiltStage stage : subject.stages()) {
                found.enter(stage);
                check.accept(stage, found);
            }
        });
    }

    /** {@return what a check finds, for a rule of this severity} */
    static Outcome over(Severity severity, Consumer<Findings> check) {
        Findings found = new Findings(severity);
        check.accept(found);
        return found.outcome();
    }

    /** What is added from now on is about a stage. */
    void enter(BuiltStage of) {
        stage = of;
        isInChild = false;
    }

    void add(Location at, String message, Evidence... evidence) {
        add(severity, at, message, evidence);
    }

    void add(Severity own, Location at, String message, Evidence... evidence) {
        if (problems.size() == MAX_PROBLEMS) {
            left++;
            return;
        }
        boolean isShipped = stage == null || stage.use() == BuiltStage.Use.SHIPPED;
        List<Evidence> shown = new ArrayList<>(List.of(evidence));
        StringBuilder text = new StringBuilder(message);
        if (isInChild) {
            text.append(", in builds on top of this image");
            shown.add(Evidence.of("runs", "in the child"));
        }
        if (stage != null && !isShipped) {
            text.append(", in ").append(stage);
            text.append(stage.use() == BuiltStage.Use.UNUSED ? ", which the shipped image does not use" : "");
            shown.add(Evidence.of("stage", stage.name()));
        }
        Problem problem = Problem.at(at, text.toString(), shown.toArray(new Evidence[0]));
        Severity counted = isShipped ? own : lower(own);
        problems.add(counted == severity ? problem : problem.withSeverity(counted));
    }

    private static Severity lower(Severity severity) {
        return switch (severity) {
            case CRITICAL -> Severity.HIGH;
            case HIGH -> Severity.MEDIUM;
            case MEDIUM -> Severity.LOW;
            case LOW, INFO -> Severity.INFO;
        };
    }

    /** Adds a problem of a command, with the command in words that are never secret. */
    void add(Step step, Command command, String message, Evidence... evidence) {
        add(severity, step, command, message, evidence);
    }

    void add(Severity own, Step step, Command command, String message, Evidence... evidence) {
        List<Evidence> shown = new ArrayList<>(List.of(evidence));
        shown.add(Evidence.of("command", summary(command)));
        add(own, CommandPlaces.of(step, command), message, shown.toArray(new Evidence[0]));
    }

    private static String summary(Command command) {
        StringBuilder out = new StringBuilder();
        CommandSummary.add(command, out);
        return CommandSummary.cut(SecretText.redact(out.toString()));
    }

    void missing(MissingValue.Reason reason, String what) {
        if (missing.size() < MAX_MISSING) {
            missing.add(new MissingValue(reason, what));
        }
    }

    /** Notes that a value depends on variables that are not known. */
    void unresolved(Step step, Expansion value) {
        missing(
                MissingValue.Reason.UNRESOLVED_VARIABLE,
                value.unresolved(step.instruction().keyword() + " at "
                        + step.instruction().at()));
    }

    /** Notes that a script could not be parsed, so that a check that found nothing proves nothing. */
    void unread(Step step) {
        if (!step.unread().isEmpty()) {
            missing(
                    MissingValue.Reason.UNREADABLE,
                    "RUN at " + step.instruction().at() + ' ' + step.unread());
        }
    }

    private Outcome outcome() {
        if (left > 0) {
            Location where = problems.get(0).at();
            problems.add(Problem.at(where, "there are " + left + " more problems of this kind in the file"));
        }
        return problems.isEmpty() && !missing.isEmpty() ? new Outcome.Unknown(missing) : Outcome.ofProblems(problems);
    }

    /** {@return evidence for a value; the parts of it that are not known are question marks} */
    static Evidence shown(String name, Expansion value) {
        return Evidence.of(name, value.text().replace(WordExpander.HOLE, '?'));
    }
}
