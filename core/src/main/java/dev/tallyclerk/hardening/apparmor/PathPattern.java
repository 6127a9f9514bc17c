package dev.tallyclerk.hardening.apparmor;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A path with wildcards as AppArmor reads them: {@code *}, {@code **}, {@code ?}, {@code [a-z]}, {@code [^a]} and
 * {@code {a,b}}.
 *
 * <p>It matches without backtracking, so that no profile takes long.
 */
final class PathPattern {
    private static final int MAX_STATES = 20_000;
    private static final int MAX_DEPTH = 50;

    private final List<State> states = new ArrayList<>();
    private final String text;
    private int at;
    private boolean isValid = true;

    /** A state: a step over one character to {@code next}, or without a step to all of {@code free}. */
    private static final class State {
        private final List<Integer> free = new ArrayList<>();
        private String set = "";
        private boolean isNegated;
        private int next = -1;

        boolean takes(char c) {
            boolean isIn = false;
            for (int i = 0; i < set.length(); i++) {
                if (i + 2 < set.length() && set.charAt(i + 1) == '-') {
                    isIn |= c >= set.charAt(i) && c <= set.charAt(i + 2);
                    i += 2;
                } else {
                    isIn |= c == set.charAt(i);
                }
            }
            return isIn != isNegated;
        }
    }

    private PathPattern(String text) {
        this.text = text;
    }

    /** {@return the pattern; one that is malformed or too large is not valid} */
    static PathPattern of(String text) {
        PathPattern pattern = new PathPattern(text);
        int start = pattern.state();
        int end = pattern.sequence(start, 0, false);
        pattern.isValid &= pattern.at == text.length();
        pattern.states.get(end).next = -1;
        pattern.accepting = end;
        return pattern;
    }

    private int accepting;

    boolean isValid() {
        return isValid;
    }

    private int state() {
        states.add(new State());
        isValid &= states.size() <= MAX_STATES;
        return states.size() - 1;
    }

    private int sequence(int from, int depth, boolean isInBraces) {
        int current = from;
        while (at < text.length() && isValid) {
            char c = text.charAt(at);
            if (isInBraces && (c == ',' || c == '}')) {
                return current;
            }
            at++;
            switch (c) {
                case '*' -> {
                    boolean isDouble = at < text.length() && text.charAt(at) == '*';
                    at += isDouble ? 1 : 0;
                    current = repeated(current, isDouble ? "" : "/");
                }
                case '?' -> current = step(current, "/", true);
                case '[' -> current = charClass(current);
                case '{' -> current = alternatives(current, depth + 1);
                case '\\' -> {
                    if (at < text.length()) {
                        current = step(current, String.valueOf(text.charAt(at++)), false);
                    }
                }
                default -> current = step(current, String.valueOf(c), false);
            }
        }
        return current;
    }

    private int step(int from, String set, boolean isNegated) {
        int next = state();
        State state = states.get(from);
        state.set = set;
        state.isNegated = isNegated;
        state.next = next;
        return next;
    }

    private int repeated(int from, String without) {
        int loop = state();
        int after = state();
        states.get(from).free.add(loop);
        State looped = states.get(loop);
        looped.set = without;
        looped.isNegated = true;
        looped.next = loop;
        looped.free.add(after);
        return after;
    }

    private int charClass(int from) {
        int end = text.indexOf(']', at);
        if (end < 0) {
            isValid = false;
            return from;
        }
        boolean isNegated = text.startsWith("^", at) || text.startsWith("!", at);
        String set = text.substring(at + (isNegated ? 1 : 0), end);
        at = end + 1;
        // A class that excludes something never matches a slash in the kernel's reading of a path element.
        return step(from, isNegated ? set + "/" : set, isNegated);
    }

    private int alternatives(int from, int depth) {
        int after = state();
        if (depth > MAX_DEPTH) {
            isValid = false;
            return after;
        }
        while (true) {
            int start = state();
            states.get(from).free.add(start);
            int end = sequence(start, depth, true);
            states.get(end).free.add(after);
            if (at >= text.length()) {
                isValid = false;
                return after;
            }
            if (text.charAt(at++) == '}') {
                return after;
            }
        }
    }

    boolean matches(String path) {
        BitSet current = new BitSet();
        add(0, current);
        for (int i = 0; i < path.length() && !current.isEmpty(); i++) {
            BitSet next = new BitSet();
            for (int state = current.nextSetBit(0); state >= 0; state = current.nextSetBit(state + 1)) {
                State here = states.get(state);
                if (here.next >= 0 && here.takes(path.charAt(i))) {
                    add(here.next, next);
                }
            }
            current = next;
        }
        return current.get(accepting);
    }

    private void add(int state, BitSet to) {
        List<Integer> open = new ArrayList<>(List.of(state));
        while (!open.isEmpty()) {
            int next = open.remove(open.size() - 1);
            if (!to.get(next)) {
                to.set(next);
                open.addAll(states.get(next).free);
            }
        }
    }
}
