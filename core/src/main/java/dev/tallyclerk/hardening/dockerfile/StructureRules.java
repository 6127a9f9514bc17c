package dev.tallyclerk.hardening.dockerfile;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.dockerfile.WordExpander.Expansion;
import dev.tallyclerk.internal.shell.ShellScript.Command;
import dev.tallyclerk.internal.text.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rules on the structure of the file. */
final class StructureRules {
    private static final Set<String> RESERVED = Set.of("scratch", "context");

    /** More commands in one RUN were put together deliberately. */
    private static final int FEW_COMMANDS = 1;

    private static final Set<String> UNPACKERS =
            Words.set("unzip gunzip bunzip2 unlzma unxz zgz uncompress zcat gzcat");
    private static final Set<String> QUIET = Words.set("""
            -q --quiet -nv --no-verbose -o --output-file -a --append-output --show-progress
            """);

    private StructureRules() {}

    static List<Rule<DockerfileSubject>> all() {
        return List.of(stageNames(), maintainer(), invalid(), hygiene(), ignores());
    }

    private static Rule<DockerfileSubject> stageNames() {
        Severity severity = Severity.HIGH;
        return Rule.of(
                info("DKF-037", severity, Profile.STRICT, "", "4.1.2", """
                        Stage name is not unique or is reserved
                        Of two stages with one name, builders take one without a word; case does not matter. scratch and
                        context have a meaning of their own.
                        Remedy: Rename the stage.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.over(severity, found -> {
                    Set<String> seen = new HashSet<>();
                    for (Stage stage : subject.file().stages()) {
                        String name = stage.name().orElse("");
                        boolean isTaken = !name.isEmpty() && !seen.add(name);
                        if (isTaken || RESERVED.contains(name)) {
                            found.add(
                                    stage.from().at(2),
                                    isTaken ? "another stage has the same name" : "the name of the stage is reserved",
                                    Evidence.of("stage", name));
                        }
                    }
                }));
    }

    private static Rule<DockerfileSubject> maintainer() {
        Severity severity = Severity.INFO;
        return Rule.of(
                info("DKF-040", severity, Profile.STRICT, "", "4.1.2", """
                        MAINTAINER is used
                        The instruction is deprecated, and its value is no label that tools can read.
                        Remedy: Write LABEL org.opencontainers.image.authors="NAME".
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.over(severity, found -> {
                    for (Instruction instruction : subject.file().instructions()) {
                        if (instruction.is("MAINTAINER")) {
                            found.add(instruction.at(), "MAINTAINER is deprecated");
                        }
                    }
                }));
    }

    private static Rule<DockerfileSubject> invalid() {
        Severity severity = Severity.HIGH;
        return Rule.of(
                info("DKF-045", severity, Profile.STRICT, "", "4.1.2", """
                        Structure of the file is invalid
                        A build refuses the instruction, or other builders read it differently.
                        Remedy: Correct the instruction. Set a variable in an ENV of its own before another one uses it.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.over(severity, found -> {
                    if (subject.file().stages().isEmpty()) {
                        found.add(subject.file().instructions().get(0).at(), "the file has no FROM");
                    } else {
                        for (Instruction instruction : subject.file().preamble()) {
                            if (!instruction.is("ARG")) {
                                found.add(
                                        instruction.at(),
                                        "only ARG may precede FROM",
                                        Evidence.of("keyword", instruction.keyword()));
                            }
                        }
                    }
                    for (BuiltStage stage : subject.stages()) {
                        found.enter(stage);
                        stage.stage().map(Stage::from).ifPresent(from -> addDefect(from, "", found));
                        defects(stage, found);
                    }
                }));
    }

    private static void defects(BuiltStage stage, Findings found) {
        Set<String> set = new HashSet<>();
        for (@Nullable BuiltStage below = stage.parent().orElse(null);
                below != null;
                below = below.parent().orElse(null)) {
            set.addAll(below.environment().keySet());
        }
        for (Step step : stage.steps()) {
            if (!step.isInChild()) {
                addDefect(step.instruction(), step.defect(), found);
            }
            if (step.is("ENV")) {
                ownReference(step, set, found);
            }
            if (step.is("ENV") || step.is("ARG")) {
                step.assignments().forEach(one -> set.add(one.pair().name()));
            }
        }
    }

    private static void addDefect(Instruction instruction, String other, Findings found) {
        String defect = instruction.defect().orElse(other);
        if (!defect.isEmpty()) {
            found.add(instruction.at(), defect, Evidence.of("keyword", instruction.keyword()));
        }
    }

    /** The variables of one ENV are set at once, so that none of them sees the new value of another. */
    private static void ownReference(Step step, Set<String> before, Findings found) {
        Set<String> here = new LinkedHashSet<>();
        step.assignments().forEach(set -> here.add(set.pair().name()));
        for (Step.Setting set : step.assignments()) {
            WordExpander expander = WordExpander.of('\\', name -> "", new ExpansionBudget());
            try {
                expander.expand(set.pair().value());
            } catch (GrammarException e) {
                continue;
            }
            for (String name : expander.used()) {
                if (here.contains(name)
                        && !before.contains(name)
                        && !name.equals(set.pair().name())) {
                    found.add(
                            set.pair().at(),
                            "a variable refers to another one that the same ENV sets, and gets its old value",
                            Evidence.of("variable", set.pair().name()),
                            Evidence.of("refers to", name));
                }
            }
        }
    }

    private static Rule<DockerfileSubject> hygiene() {
        Severity severity = Severity.INFO;
        return Rule.of(
                info("DKF-050", severity, Profile.STRICT, "4.3", "4.1.2", """
                        Build is untidy
                        Each RUN makes a layer, wget without an option fills the log of the build with its progress, and an
                        archive that is copied and then unpacked is in the image twice.
                        Remedy: Combine RUN instructions that belong together, write wget --progress=dot:giga or
                        --no-verbose, and let ADD unpack archives.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overStages(subject, severity, (stage, found) -> {
                    consecutive(stage, found);
                    archives(stage, found);
                    for (Step step : stage.steps()) {
                        for (Command command : step.commands()) {
                            if (command.program().equals("wget") && showsProgress(command)) {
                                found.add(step, command, "wget fills the log with its progress");
                            }
                        }
                        found.unread(step);
                    }
                }));
    }

    private static boolean showsProgress(Command wget) {
        return wget.arguments().stream()
                .noneMatch(word -> word.startsWith("--progress")
                        || QUIET.contains(word.split("=", 2)[0])
                        || word.matches("-[A-Za-z]*[qoa][A-Za-z]*"));
    }

    private static void consecutive(BuiltStage stage, Findings found) {
        @Nullable Step before = null;
        for (Step step : stage.steps()) {
            if (step.isInChild() || !step.is("RUN")) {
                before = null;
                continue;
            }
            boolean belongsTogether = before != null
                    && before.instruction().flags().equals(step.instruction().flags())
                    && before.commands().size() <= FEW_COMMANDS
                    && step.commands().size() <= FEW_COMMANDS;
            if (belongsTogether) {
                found.add(
                        step.instruction().at(), "RUN follows RUN, and makes another layer", StepNames.evidence(step));
            } else {
                before = step;
            }
        }
    }

    private static void archives(BuiltStage stage, Findings found) {
        Map<String, Step> copied = new HashMap<>();
        for (Step step : stage.steps()) {
            if (step.is("COPY") && step.instruction().flag("from").isEmpty()) {
                List<Expansion> names = new ArrayList<>(
                        CopyRules.ARCHIVE.matcher(step.destination().text()).matches()
                                ? List.of(step.destination())
                                : step.sources());
                for (Expansion name : names) {
                    if (CopyRules.ARCHIVE.matcher(name.text()).matches()) {
                        copied.put(baseName(name.text()), step);
                    }
                }
            }
            for (Command command : step.commands()) {
                if (unpacks(command)) {
                    for (String word : command.arguments()) {
                        Optional.ofNullable(copied.remove(baseName(word)))
                                .ifPresent(copy -> found.add(
                                        copy.instruction().at(),
                                        "an archive is copied and unpacked, which ADD does in one step",
                                        StepNames.evidence(copy)));
                    }
                }
            }
        }
    }

    private static String baseName(String path) {
        return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    }

    private static boolean unpacks(Command command) {
        boolean isTar = command.program().equals("tar")
                && command.arguments().stream()
                        .limit(3)
                        .anyMatch(word -> word.equals("--extract")
                                || word.equals("--get")
                                || word.matches("-?[A-Za-z]*x[A-Za-z]*"));
        return isTar || UNPACKERS.contains(command.program());
    }

    private static Rule<DockerfileSubject> ignores() {
        Severity severity = Severity.INFO;
        return Rule.of(
                info("DKF-052", severity, Profile.STRICT, "", "4.1.2", """
                        Inline ignore without a reason
                        A comment that waives a rule lasts longer than the memory of why it was written.
                        Remedy: Write the reason, and best a last day: # tallyclerk ignore=DKF-007 reason=probed by the
                        orchestrator until=2027-06-30. A date that is none waives nothing.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> {
                    List<Comment> comments = subject.file().comments();
                    boolean hasIgnore = comments.stream()
                            .anyMatch(comment -> IgnoreComments.parse(comment).isPresent());
                    if (!hasIgnore) {
                        return Outcome.notApplicable("no comment waives a rule");
                    }
                    return Findings.over(severity, found -> {
                        for (Comment comment : comments) {
                            Optional<IgnoreComments.Ignore> ignore = IgnoreComments.parse(comment);
                            if (ignore.isPresent() && !ignore.get().terms().isUsable()) {
                                found.add(
                                        comment.at(),
                                        "the date after until= is none, so that the comment waives nothing",
                                        ids(ignore.get()));
                            } else if (ignore.isPresent()
                                    && ignore.get().terms().reason().isEmpty()) {
                                found.add(comment.at(), "a comment waives a rule without a reason", ids(ignore.get()));
                            }
                        }
                    });
                });
    }

    private static Evidence ids(IgnoreComments.Ignore ignore) {
        return Evidence.of("rules", String.join(" ", ignore.ids()));
    }
}
