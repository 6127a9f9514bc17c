package dev.tallyclerk.hardening.policy;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.document.DocumentValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A path to values in a document: names separated by dots, such as {@code spec.containers[*].image}; {@code [*]} is
 * every element or member, and {@code ['a.b/c']} a name with other characters.
 */
final class ValuePath {
    private static final int MAX_STEPS = 16;

    /** The step that stands for every element or member. */
    private static final String EVERY = "[*]";

    private final String text;
    private final List<String> steps;

    private ValuePath(String text, List<String> steps) {
        this.text = text;
        this.steps = steps;
    }

    /**
     * {@return the path that a text is}
     *
     * @throws IllegalArgumentException if it is none
     */
    static ValuePath parse(String text) {
        List<String> steps = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            if (text.startsWith(EVERY, at)) {
                steps.add(EVERY);
                at += EVERY.length();
            } else if (text.startsWith("['", at)) {
                int end = text.indexOf("']", at);
                require(end > at + 2, text);
                steps.add(text.substring(at + 2, end));
                at = end + 2;
            } else {
                require(steps.isEmpty() || text.charAt(at) == '.', text);
                int start = steps.isEmpty() ? at : at + 1;
                at = start;
                while (at < text.length() && text.charAt(at) != '.' && text.charAt(at) != '[') {
                    at++;
                }
                require(at > start, text);
                steps.add(text.substring(start, at));
            }
        }
        require(!steps.isEmpty() && steps.size() <= MAX_STEPS, text);
        return new ValuePath(text, List.copyOf(steps));
    }

    private static void require(boolean condition, String text) {
        if (!condition) {
            throw new IllegalArgumentException("must be a path of at most " + MAX_STEPS
                    + " names such as spec.containers[*].image, or metadata.annotations['a/b'], is \"" + text + '"');
        }
    }

    /** {@return the values at the path, each stated or missing; none if {@code [*]} matches nothing} */
    List<Fact<DocumentValue>> select(DocumentValue root) {
        List<Fact<DocumentValue>> selected = new ArrayList<>();
        select(root, 0, selected);
        return selected;
    }

    private void select(DocumentValue value, int from, List<Fact<DocumentValue>> selected) {
        int to = from;
        while (to < steps.size() && !steps.get(to).equals(EVERY)) {
            to++;
        }
        Fact<DocumentValue> found = value.value(steps.subList(from, to).toArray(String[]::new));
        if (to == steps.size()) {
            selected.add(found);
            return;
        }
        if (found instanceof Fact.Known<DocumentValue> known) {
            for (DocumentValue element : every(known.value())) {
                select(element, to + 1, selected);
            }
        } else if (found instanceof Fact.Missing<DocumentValue> missing
                && missing.reason() != MissingValue.Reason.KEY_MISSING) {
            selected.add(found);
        }
    }

    private static List<DocumentValue> every(DocumentValue value) {
        if (value.elements() instanceof Fact.Known<List<DocumentValue>> elements) {
            return elements.value();
        }
        return value.members() instanceof Fact.Known<Map<String, DocumentValue>> members
                ? List.copyOf(members.value().values())
                : List.of();
    }

    @Override
    public String toString() {
        return text;
    }
}
