package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.dockerfile.Instruction.Pair;
import dev.tallyclerk.hardening.dockerfile.Step.Setting;
import dev.tallyclerk.hardening.dockerfile.WordExpander.Expansion;
import dev.tallyclerk.internal.command.ImagePath;
import dev.tallyclerk.internal.shell.ShellBudget;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Substitutes variables stage by stage, and finds out which stages an image consists of. */
final class Evaluation {
    private static final Set<String> AS_WRITTEN = Set.of("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK", "SHELL", "ONBUILD");

    private static final Set<String> SUBSTITUTED = Set.of("chmod", "chown", "checksum");

    private final Dockerfile file;
    private final char escape;
    private final ExpansionBudget expansions = new ExpansionBudget();
    private final ShellBudget commands = ShellBudget.create();
    private final Variables global;
    private final List<BuiltStage> stages = new ArrayList<>();
    private final List<Variables> variables = new ArrayList<>();
    private final @Nullable BuiltStage before;

    Evaluation(Dockerfile file) {
        this.file = file;
        this.escape = file.directive("escape")
                .map(directive -> directive.value().charAt(0))
                .orElse('\\');
        this.global = new Variables(escape, expansions);
        global.addPlatform();
        this.before = preamble();
        for (Stage stage : file.stages()) {
            evaluate(stage);
        }
    }

    /** {@return the stages in the order of the file; first the instructions before FROM, if there are any} */
    List<BuiltStage> all() {
        List<BuiltStage> all = new ArrayList<>();
        if (before != null) {
            all.add(before);
        }
        all.addAll(stages);
        return List.copyOf(all);
    }

    /** {@return the stage that a build makes, and marks what it uses; empty if there is none of that name} */
    Optional<BuiltStage> ship(@Nullable String target) {
        Optional<BuiltStage> shipped = target == null
                ? Optional.of(stages.isEmpty() ? all().get(0) : stages.get(stages.size() - 1))
                : file.stage(target).map(stage -> stages.get(stage.index()));
        all().forEach(stage -> stage.setUse(BuiltStage.Use.UNUSED));
        shipped.ifPresent(this::mark);
        return shipped;
    }

    private void mark(BuiltStage shipped) {
        Deque<BuiltStage> open = new ArrayDeque<>();
        Set<BuiltStage> seen = new HashSet<>();
        for (@Nullable BuiltStage at = shipped; at != null; at = at.parent().orElse(null)) {
            at.setUse(BuiltStage.Use.SHIPPED);
            open.add(at);
            seen.add(at);
        }
        while (!open.isEmpty()) {
            BuiltStage next = open.remove();
            List<BuiltStage> used = new ArrayList<>(sources(next));
            next.parent().ifPresent(used::add);
            for (BuiltStage source : used) {
                if (seen.add(source)) {
                    source.setUse(BuiltStage.Use.COPIED_FROM);
                    open.add(source);
                }
            }
        }
    }

    /** {@return the stages that a stage takes files from} */
    private List<BuiltStage> sources(BuiltStage stage) {
        List<BuiltStage> sources = new ArrayList<>();
        for (Step step : stage.steps()) {
            List<String> names = new ArrayList<>();
            step.instruction().flag("from").ifPresent(names::add);
            if (step.is("RUN")) {
                RunMount.of(step.instruction()).stream().map(RunMount::from).forEach(names::add);
            }
            for (String name : names) {
                file.stage(name).map(found -> stages.get(found.index())).ifPresent(sources::add);
            }
        }
        return sources;
    }

    private @Nullable BuiltStage preamble() {
        List<Instruction> others = new ArrayList<>();
        for (Instruction instruction : file.preamble()) {
            if (instruction.is("ARG") && !file.stages().isEmpty()) {
                for (Pair pair : instruction.pairs()) {
                    if (pair.hasValue()) {
                        global.argument(
                                pair.name(), expand(pair.value(), global).text());
                    }
                }
            } else {
                others.add(instruction);
            }
        }
        if (others.isEmpty()) {
            return null;
        }
        Variables own = new Variables(escape, expansions);
        BuiltStage stage = new BuiltStage(null, Expansion.unknown("FROM"), null, own.environment());
        run(others, stage, own, null);
        return stage;
    }

    private static Expansion expand(String text, Variables with) {
        try {
            return with.expand(text);
        } catch (GrammarException e) {
            return Expansion.unknown(e.getMessage());
        }
    }

    private void evaluate(Stage stage) {
        List<String> words = stage.from().words();
        Expansion base = words.isEmpty() ? Expansion.unknown("FROM") : expand(words.get(0), global);
        // Only earlier stages count, the last of a name.
        Optional<BuiltStage> parent = stages.stream()
                .filter(earlier -> earlier.stage()
                        .flatMap(Stage::name)
                        .filter(base.text()::equalsIgnoreCase)
                        .isPresent())
                .reduce((first, last) -> last);
        Variables own = parent.map(below -> variables.get(stages.indexOf(below)).child())
                .orElseGet(() -> new Variables(escape, expansions));
        BuiltStage built = new BuiltStage(stage, base, parent.orElse(null), own.environment());
        stages.add(built);
        variables.add(own);
        run(stage.instructions(), built, own, parent.orElse(null));
    }

    /** The state that a stage takes over from the one below it. */
    private static final class State {
        private @Nullable String directory;
        private List<String> shell = List.of();
    }

    private void run(List<Instruction> instructions, BuiltStage stage, Variables own, @Nullable BuiltStage parent) {
        State state = new State();
        if (parent != null) {
            parent.last(step -> step.is("SHELL")).ifPresent(step -> state.shell = texts(step.words()));
            state.directory = directoryAfter(parent);
        }
        for (Instruction instruction : instructions) {
            stage.add(step(instruction, false, own, state));
            Optional<Instruction> trigger = instruction.trigger();
            if (trigger.isPresent()) {
                stage.add(step(trigger.get(), true, own.elsewhere(), new State()));
            }
        }
    }

    private static @Nullable String directoryAfter(BuiltStage stage) {
        return stage.last(step -> step.is("WORKDIR"))
                .map(step -> resolve(step.directory(), step.words()))
                .orElse(null);
    }

    private static List<String> texts(List<Expansion> words) {
        return words.stream().map(Expansion::text).toList();
    }

    private Step step(Instruction instruction, boolean isInChild, Variables own, State state) {
        List<Expansion> words = new ArrayList<>();
        Map<String, Expansion> options = new HashMap<>();
        List<Setting> settings = new ArrayList<>();
        String defect = instruction.defect().orElse("");
        @Nullable String directory = state.directory;
        try {
            expandWords(instruction, own, words);
            for (Instruction.Flag flag : instruction.flags()) {
                if (SUBSTITUTED.contains(flag.name())) {
                    options.put(flag.name(), own.expand(flag.value()));
                }
            }
            for (Pair pair : instruction.pairs()) {
                settings.add(new Setting(pair, value(instruction, pair, own)));
            }
        } catch (GrammarException e) {
            defect = defect.isEmpty() ? e.getMessage() : defect;
            words.add(Expansion.unknown("a text that no build accepts"));
        }
        apply(instruction, settings, words, own, state);
        RunScript script =
                instruction.is("RUN") ? RunScript.of(instruction, state.shell, escape, commands) : RunScript.empty();
        return new Step(
                instruction,
                isInChild,
                List.copyOf(words),
                Map.copyOf(options),
                List.copyOf(settings),
                directory,
                script.script(),
                script.script().everyCommand(),
                state.shell,
                script.unread(),
                defect);
    }

    private static void expandWords(Instruction instruction, Variables own, List<Expansion> words) {
        if (AS_WRITTEN.contains(instruction.keyword())) {
            instruction.words().forEach(word -> words.add(Expansion.literal(word)));
        } else if (instruction.is("USER") || instruction.is("WORKDIR") || instruction.is("STOPSIGNAL")) {
            words.add(own.expand(instruction.text()));
        } else if (instruction.pairs().isEmpty() && instruction.defect().isEmpty()) {
            for (String word : instruction.words()) {
                words.add(own.expand(word));
            }
        }
    }

    private Expansion value(Instruction instruction, Pair pair, Variables own) {
        if (instruction.is("ARG") && !pair.hasValue()) {
            String outer = global.value(pair.name());
            return outer == null ? Expansion.unknown(pair.name()) : Expansion.literal(outer);
        }
        return own.expand(pair.value());
    }

    /** ENV sets its variables at once, so that none of them sees another. */
    private void apply(
            Instruction instruction, List<Setting> settings, List<Expansion> words, Variables own, State state) {
        switch (instruction.keyword()) {
            case "ENV" ->
                settings.forEach(set -> own.variable(name(set, own), set.value().text()));
            case "ARG" -> {
                for (Setting set : settings) {
                    boolean isSet =
                            set.pair().hasValue() || global.value(set.pair().name()) != null;
                    if (isSet) {
                        own.argument(set.pair().name(), set.value().text());
                    }
                }
            }
            case "WORKDIR" -> state.directory = resolve(state.directory, words);
            case "SHELL" -> state.shell = texts(words);
            default -> {}
        }
    }

    private static String name(Setting set, Variables own) {
        return expand(set.pair().name(), own).text();
    }

    private static @Nullable String resolve(@Nullable String before, List<Expansion> words) {
        if (words.isEmpty()) {
            return before;
        }
        String path = words.get(words.size() - 1).text();
        if (path.startsWith("/") || before == null || path.indexOf(WordExpander.HOLE) >= 0) {
            return path;
        }
        return ImagePath.clean(before + '/' + path);
    }
}
