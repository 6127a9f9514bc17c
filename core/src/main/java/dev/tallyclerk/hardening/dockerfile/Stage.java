package dev.tallyclerk.hardening.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A stage of a Dockerfile: a {@code FROM} with the instructions up to the next one.
 *
 * <p>Immutable.
 */
public final class Stage {
    private final int index;
    private final Instruction from;
    private final List<Instruction> instructions;

    private Stage(int index, Instruction from, List<Instruction> instructions) {
        this.index = index;
        this.from = from;
        this.instructions = List.copyOf(instructions);
    }

    static List<Stage> of(List<Instruction> all) {
        List<Stage> stages = new ArrayList<>();
        @Nullable Instruction from = null;
        List<Instruction> instructions = new ArrayList<>();
        for (Instruction instruction : all) {
            if (instruction.is("FROM")) {
                if (from != null) {
                    stages.add(new Stage(stages.size(), from, instructions));
                }
                from = instruction;
                instructions.clear();
            } else {
                instructions.add(instruction);
            }
        }
        if (from != null) {
            stages.add(new Stage(stages.size(), from, instructions));
        }
        return List.copyOf(stages);
    }

    /** {@return the position among the stages, from 0} */
    public int index() {
        return index;
    }

    /** {@return the {@code FROM} instruction} */
    public Instruction from() {
        return from;
    }

    /** {@return the instructions after {@code FROM}} */
    public List<Instruction> instructions() {
        return instructions;
    }

    /** {@return the name after {@code AS} in lower case, if there is one} */
    public Optional<String> name() {
        List<String> words = from.words();
        return words.size() == 3 && words.get(1).equalsIgnoreCase("as")
                ? Optional.of(words.get(2).toLowerCase(Locale.ROOT))
                : Optional.empty();
    }

    /** {@return the name or else the number, for people} */
    @Override
    public String toString() {
        return "stage " + name().orElse(Integer.toString(index));
    }
}
