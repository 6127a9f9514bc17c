package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.dockerfile.WordExpander.Expansion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A stage with variables substituted. Immutable once the file is evaluated. */
final class BuiltStage {
    /** What the shipped image has of a stage. */
    enum Use {
        /** It is the shipped stage, or one below it. */
        SHIPPED,
        /** Files are copied from it. */
        COPIED_FROM,
        /** Nothing of it is used, so that only {@code --target} builds it. */
        UNUSED
    }

    private final String name;
    private final @Nullable Stage stage;
    private final Expansion base;
    private final @Nullable BuiltStage parent;
    private final List<Step> steps = new ArrayList<>();
    private final Map<String, String> environment;
    private Use use = Use.UNUSED;

    BuiltStage(@Nullable Stage stage, Expansion base, @Nullable BuiltStage parent, Map<String, String> environment) {
        this.name = stage == null ? "the part before FROM" : stage.toString();
        this.stage = stage;
        this.base = base;
        this.parent = parent;
        this.environment = environment;
    }

    void add(Step step) {
        steps.add(step);
    }

    void setUse(Use use) {
        this.use = use;
    }

    Use use() {
        return use;
    }

    /** {@return the name or number of the stage; empty for instructions before the first FROM} */
    String name() {
        return stage().map(of -> of.name().orElse(Integer.toString(of.index()))).orElse("");
    }

    /** {@return the stage; empty for instructions before the first FROM} */
    Optional<Stage> stage() {
        return Optional.ofNullable(stage);
    }

    /** {@return the name of the base image or stage, after substitution} */
    Expansion base() {
        return base;
    }

    /** {@return the stage below this one, if its base is not an image} */
    Optional<BuiltStage> parent() {
        return Optional.ofNullable(parent);
    }

    /** {@return the stage at the bottom, whose base is an image} */
    BuiltStage bottom() {
        BuiltStage bottom = this;
        while (bottom.parent != null) {
            bottom = bottom.parent;
        }
        return bottom;
    }

    boolean isOnScratch() {
        return bottom().base.text().equals("scratch");
    }

    List<Step> steps() {
        return Collections.unmodifiableList(steps);
    }

    /** {@return the environment that the file sets, by name} */
    Map<String, String> environment() {
        return Collections.unmodifiableMap(environment);
    }

    /** {@return the last step of its own or of a stage below that passes a test; triggers are no steps of an image} */
    Optional<Step> last(Predicate<Step> test) {
        for (BuiltStage at = this; at != null; at = at.parent) {
            for (int i = at.steps.size() - 1; i >= 0; i--) {
                Step step = at.steps.get(i);
                if (!step.isInChild() && test.test(step)) {
                    return Optional.of(step);
                }
            }
        }
        return Optional.empty();
    }

    /** {@return the place where an instruction would be added: the end of the stage} */
    Location end() {
        Instruction last = steps.isEmpty()
                ? stage().map(Stage::from).orElseThrow(() -> new IllegalStateException("a stage has an instruction"))
                : steps.get(steps.size() - 1).instruction();
        return stage().map(Stage::from).orElse(last).at();
    }

    @Override
    public String toString() {
        return name;
    }
}
