package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.Location;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An instruction of a Dockerfile, before variables are substituted.
 *
 * <p>Immutable.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/">Dockerfile reference</a>
 */
public final class Instruction {
    private final Parts parts;

    Instruction(Parts parts) {
        this.parts = parts;
    }

    /** A part of the line with its offsets in it. */
    record Word(String text, int start, int end) {}

    record Parts(
            String source,
            LogicalLine line,
            Word keyword,
            List<Flag> flags,
            Word arguments,
            boolean isJson,
            List<Word> words,
            List<Pair> pairs,
            List<Heredoc> heredocs,
            @Nullable Instruction trigger,
            List<Comment> comments,
            @Nullable String defect) {
        Parts {
            flags = List.copyOf(flags);
            words = List.copyOf(words);
            pairs = List.copyOf(pairs);
            heredocs = List.copyOf(heredocs);
            comments = List.copyOf(comments);
        }
    }

    /**
     * An option of an instruction, such as {@code --from=build}.
     *
     * @param name the option without its dashes
     * @param value the value, without quotes; empty if there is none
     */
    public record Flag(String name, String value) {}

    /**
     * A name and its value, as {@code ENV}, {@code ARG} and {@code LABEL} set them.
     *
     * @param name the name, without quotes
     * @param value the value with quotes and variables, as written; empty for an {@code ARG} without default
     * @param hasValue whether there is a value, possibly an empty one
     * @param at the place in the file
     */
    public record Pair(String name, String value, boolean hasValue, Location.Region at) {}

    /**
     * A here-document, whose lines follow the instruction.
     *
     * @param name the word that ends it
     * @param descriptor the number of the file descriptor; 0 unless given
     * @param isExpanded whether variables in it are substituted, which quotes around the name prevent
     * @param tabsAreStripped whether tabs at the start of its lines are ignored
     * @param content its lines, each with its line end
     * @param firstLine the line of the file on which the content starts, from 1
     */
    public record Heredoc(
            String name, int descriptor, boolean isExpanded, boolean tabsAreStripped, String content, int firstLine) {}

    /**
     * {@return the keyword in upper case, for example {@code RUN}; any word, for the build refuses unknown ones later}
     */
    public String keyword() {
        return parts.keyword.text();
    }

    /** {@return whether the keyword is {@code keyword}, given in upper case} */
    boolean is(String keyword) {
        return keyword().equals(keyword);
    }

    /** {@return the options in their order} */
    public List<Flag> flags() {
        return parts.flags;
    }

    /**
     * {@return the value of the last option with a name, without dashes; empty text if it has no value}
     *
     * @param name for example {@code from}
     */
    public Optional<String> flag(String name) {
        return parts.flags.stream()
                .filter(flag -> flag.name().equals(name))
                .map(Flag::value)
                .reduce((first, last) -> last);
    }

    /** {@return what follows the options, with continued lines joined and without here-documents} */
    public String text() {
        return parts.arguments.text();
    }

    /** {@return whether the arguments are in the JSON form, so that no shell reads them} */
    public boolean isJson() {
        return parts.isJson;
    }

    /**
     * {@return the elements of the JSON form, or else the words between blanks, as written}
     *
     * <p>Those of {@code HEALTHCHECK} are those of its command.
     */
    public List<String> words() {
        return parts.words.stream().map(Word::text).toList();
    }

    /** {@return what {@code ENV}, {@code ARG} or {@code LABEL} sets, in order; empty for other instructions} */
    public List<Pair> pairs() {
        return parts.pairs;
    }

    /** {@return the here-documents in their order} */
    public List<Heredoc> heredocs() {
        return parts.heredocs;
    }

    /** {@return the instruction that {@code ONBUILD} gives to builds on top of this image} */
    public Optional<Instruction> trigger() {
        return Optional.ofNullable(parts.trigger);
    }

    /** {@return the comments before it, back to the instruction before} */
    public List<Comment> comments() {
        return parts.comments;
    }

    /** {@return why a build refuses the instruction, for people, if it does} */
    public Optional<String> defect() {
        return Optional.ofNullable(parts.defect);
    }

    /** {@return the place of the instruction, from its keyword to the end of its last line, without here-documents} */
    public Location.Region at() {
        int end = Math.max(parts.arguments.end(), parts.keyword.end());
        return parts.line.region(parts.source, parts.keyword.start(), end);
    }

    /** {@return the place of a part of {@link #text}} */
    Location.Region at(int start, int end) {
        int offset = parts.arguments.start();
        return parts.line.region(parts.source, offset + start, offset + end);
    }

    /** {@return the place of a word} */
    Location.Region at(int word) {
        Word at = parts.words.get(word);
        return parts.line.region(parts.source, at.start(), at.end());
    }

    String source() {
        return parts.source;
    }

    /** {@return keyword and arguments} */
    @Override
    public String toString() {
        return keyword() + ' ' + text();
    }
}
