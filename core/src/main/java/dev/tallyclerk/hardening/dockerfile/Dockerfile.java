package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.MalformedSubjectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Dockerfile, split into instructions and stages as BuildKit's own frontend does.
 *
 * <p>Whatever that frontend's grammar refuses is refused. An instruction that follows the grammar and still cannot be
 * built, such as one with an unknown keyword, is kept with its {@linkplain Instruction#defect defect}; so is one before
 * the first {@code FROM}. Immutable.
 */
public final class Dockerfile {
    private final List<Directive> directives;
    private final List<Instruction> instructions;
    private final List<Comment> comments;
    private final List<Stage> stages;

    private Dockerfile(DockerfileParser.Parts parts) {
        this.directives = parts.directives();
        this.instructions = parts.instructions();
        this.comments = parts.comments();
        this.stages = Stage.of(instructions);
    }

    /**
     * Reads a Dockerfile of at most 1,048,576 characters, 10,000 instructions and, as BuildKit, 65,535 bytes a line.
     *
     * @param name the name of the file in locations
     * @param text the text, with or without byte order mark
     * @return the file
     * @throws MalformedSubjectException if BuildKit's grammar refuses it, or it exceeds a limit
     */
    public static Dockerfile parse(String name, String text) throws MalformedSubjectException {
        return new Dockerfile(new DockerfileParser(name, text).parse());
    }

    /** {@return the directives at the top, in their order} */
    public List<Directive> directives() {
        return directives;
    }

    /**
     * {@return the directive of that name}
     *
     * @param name {@code syntax}, {@code escape} or {@code check}
     */
    public Optional<Directive> directive(String name) {
        return directives.stream()
                .filter(directive -> directive.name().equals(name))
                .findFirst();
    }

    /** {@return all instructions in their order} */
    public List<Instruction> instructions() {
        return instructions;
    }

    /** {@return the comments in their order, directives among them} */
    public List<Comment> comments() {
        return comments;
    }

    /** {@return the stages in their order; empty if there is no {@code FROM}} */
    public List<Stage> stages() {
        return stages;
    }

    /** {@return the instructions before the first stage; a build accepts only {@code ARG} there} */
    public List<Instruction> preamble() {
        List<Instruction> preamble = new ArrayList<>();
        for (Instruction instruction : instructions) {
            if (instruction.is("FROM")) {
                break;
            }
            preamble.add(instruction);
        }
        return List.copyOf(preamble);
    }

    /**
     * {@return the stage that {@code --target} or {@code COPY --from} means by a name or number}
     *
     * @param name a name in any case, or a number from 0
     */
    public Optional<Stage> stage(String name) {
        Optional<Stage> named = stages.stream()
                .filter(stage -> stage.name().filter(name::equalsIgnoreCase).isPresent())
                .reduce((first, last) -> last);
        if (named.isPresent() || !name.matches("[0-9]{1,5}") || Integer.parseInt(name) >= stages.size()) {
            return named;
        }
        return Optional.of(stages.get(Integer.parseInt(name)));
    }
}
