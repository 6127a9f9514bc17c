package dev.tallyclerk.internal.json;

import dev.tallyclerk.internal.json.CanonicalStrings.RefusedException;
import dev.tallyclerk.internal.json.JsonException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Converts documents to the canonical form of {@link CanonicalJson}, in one pass over their bytes. It accepts the same
 * documents as {@link StrictJson#parse}, with the same values.
 *
 * <p>It builds no tree: bytes are copied while they are checked, and only members out of order are moved afterwards. A
 * refused document is read again by the tree reader, which reports where and why.
 *
 * <p>Keeps its buffers for the next document. Not for use by two threads.
 */
public final class CanonicalScanner {
    private static final byte[] NONE = {};
    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private final JsonLimits limits;
    private final CanonicalStrings strings = new CanonicalStrings();
    private final MemberOrder members = new MemberOrder();
    private final NameSort nameSort = new NameSort(members);
    private byte[] in = NONE;
    private byte[] out = NONE;

    /** The number of bytes saved so far; offsets in the output are offsets in the input minus this. */
    private int dropped;

    private int end;
    private int depth;
    private int valuesLeft;
    private boolean hasFractions;

    public CanonicalScanner(JsonLimits limits) {
        this.limits = limits;
    }

    /**
     * Reads a document, which replaces the previous one.
     *
     * @throws JsonException if {@link StrictJson#parse} does not accept {@code document}
     */
    public void scan(byte[] document) throws JsonException {
        if (!accepts(document)) {
            StrictJson.parse(document, limits);
            // Both readers have the same rules.
            throw new JsonException(Reason.SYNTAX, "", "not JSON");
        }
    }

    /** {@return whether the document is accepted and has a canonical form} */
    boolean accepts(byte[] document) {
        if (document.length > limits.maxBytes()) {
            return false;
        }
        if (out.length < document.length) {
            out = new byte[document.length];
        }
        in = document;
        strings.begin(in, out);
        members.release(0);
        dropped = 0;
        depth = 0;
        valuesLeft = limits.maxValues();
        hasFractions = false;
        try {
            int at = value(blanks(0));
            end = at - dropped;
            return blanks(at) == in.length;
        } catch (RefusedException e) {
            return false;
        } finally {
            // Keeps only the buffers.
            in = NONE;
            strings.begin(NONE, out);
        }
    }

    /**
     * {@return whether there is a number with a fraction or an exponent, which has no canonical form} Such a number is
     * copied unchanged.
     */
    public boolean hasFractions() {
        return hasFractions;
    }

    /** {@return the length of the canonical form, in bytes; at most that of the document} */
    public int length() {
        return end;
    }

    /** {@return a copy of the canonical form} */
    public byte[] toByteArray() {
        return Arrays.copyOf(out, end);
    }

    /**
     * {@return a copy of the canonical form of a member of the document, which must be an object}
     *
     * @throws JsonException if the document is no object, or has no such member
     */
    public byte[] required(String name) throws JsonException {
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < rootMembers(); i++) {
            int from = members.start(i) + 1;
            int to = members.nameEnd(i) - 1;
            if (Arrays.equals(wanted, 0, wanted.length, out, from, to)) {
                int next = i + 1 < rootMembers() ? members.start(i + 1) : end;
                return Arrays.copyOfRange(out, members.nameEnd(i) + 1, next - 1);
            }
        }
        throw JsonException.missing("/" + JsonPointer.escape(name), "");
    }

    /** Refuses members of the document that are case variants of {@code names}. */
    public void refuseCaseVariants(MemberNames names) throws JsonException {
        for (int i = 0; i < rootMembers(); i++) {
            if (names.named(out, members.start(i) + 1, members.nameEnd(i) - 1) == null) {
                String name = CanonicalStrings.decode(out, members.start(i), members.nameEnd(i));
                names.refuseVariant(name, () -> "/" + JsonPointer.escape(name));
            }
        }
    }

    private int rootMembers() throws JsonException {
        if (out[0] != '{') {
            throw JsonException.wrongType("", "an object", CanonicalReader.typeName(out[0]), "");
        }
        return members.size();
    }

    /** Reads the value at {@code at}; {@return the offset after it} */
    private int value(int at) throws RefusedException {
        expect(valuesLeft > 0 && at < in.length);
        valuesLeft--;
        return switch (in[at]) {
            case '{' -> object(at);
            case '[' -> array(at);
            case '"' -> string(at);
            case 't' -> literal(at, TRUE);
            case 'f' -> literal(at, FALSE);
            case 'n' -> literal(at, NULL);
            default -> number(at);
        };
    }

    private int object(int start) throws RefusedException {
        int at = blanks(enter(start));
        int first = members.size();
        boolean inOrder = true;
        if (is('}', at)) {
            at = copy(at);
        } else {
            do {
                at = blanks(at);
                expect(is('"', at));
                int name = at - dropped;
                at = string(at);
                members.add(name, at - dropped);
                inOrder = inOrder && isNextInOrder(first);
                at = blanks(at);
                expect(is(':', at));
                at = blanks(value(blanks(copy(at))));
                expect(is(',', at) || is('}', at));
                at = copy(at);
            } while (in[at - 1] == ',');
            expect(inOrder || nameSort.sort(out, first, at - dropped));
        }
        depth--;
        if (depth > 0) {
            members.release(first);
        }
        return at;
    }

    /** {@return whether the last name sorts after the one before, so that it is no duplicate} */
    private boolean isNextInOrder(int first) throws RefusedException {
        int last = members.size() - 1;
        int order = last == first ? -1 : members.compare(out, last - 1, last);
        expect(order != 0);
        return order < 0;
    }

    private int array(int start) throws RefusedException {
        int at = blanks(enter(start));
        if (is(']', at)) {
            at = copy(at);
        } else {
            do {
                at = blanks(value(blanks(at)));
                expect(is(',', at) || is(']', at));
                at = copy(at);
            } while (in[at - 1] == ',');
        }
        depth--;
        return at;
    }

    private int enter(int at) throws RefusedException {
        expect(depth < limits.maxDepth());
        depth++;
        return copy(at);
    }

    private static void expect(boolean fits) throws RefusedException {
        if (!fits) {
            throw new RefusedException();
        }
    }

    private boolean is(char wanted, int at) {
        return at < in.length && in[at] == wanted;
    }

    /** Copies a byte; {@return the offset after it} */
    private int copy(int at) {
        out[at - dropped] = in[at];
        return at + 1;
    }

    /** {@return the offset after the blanks at {@code at}} */
    private int blanks(int at) {
        int i = at;
        // Bytes are signed, so bytes beyond ASCII pass here and are refused later.
        while (i < in.length && in[i] <= ' ' && (in[i] == ' ' || in[i] == '\n' || in[i] == '\r' || in[i] == '\t')) {
            i++;
        }
        if (i > at) {
            dropped += i - at;
        }
        return i;
    }

    private int string(int quote) throws RefusedException {
        int start = quote - dropped;
        copy(quote);
        int at = quote + 1 + strings.copyUsual(quote + 1, start + 1);
        if (is('"', at)) {
            at = copy(at);
        } else {
            at = strings.copyUnusual(at, at - dropped);
            dropped = at - strings.written();
        }
        int bytes = at - dropped - start - 2;
        if (bytes > limits.maxStringLength()) {
            expect(CanonicalStrings.decode(out, start, at - dropped).length() <= limits.maxStringLength());
        }
        return at;
    }

    private int literal(int start, byte[] text) throws RefusedException {
        int at = start + text.length;
        expect(at <= in.length && Arrays.equals(in, start, at, text, 0, text.length));
        System.arraycopy(text, 0, out, start - dropped, text.length);
        return at;
    }

    /** number = [ "-" ] ( "0" / digit1-9 *DIGIT ) [ "." 1*DIGIT ] [ ( "e" / "E" ) [ "-" / "+" ] 1*DIGIT ]. */
    private int number(int start) throws RefusedException {
        int integer = is('-', start) ? copy(start) : start;
        int at = is('0', integer) ? copy(integer) : digits(integer);
        int integerEnd = at;
        if (is('.', at)) {
            at = digits(copy(at));
        }
        if (is('e', at) || is('E', at)) {
            at = copy(at);
            at = digits(is('-', at) || is('+', at) ? copy(at) : at);
        }
        expect(at - start <= limits.maxNumberLength());
        if (at > integerEnd) {
            hasFractions = true;
        } else if (integer > start && in[integer] == '0') {
            // Canonical zero has no sign.
            out[start - dropped] = '0';
            dropped++;
        }
        return at;
    }

    private int digits(int start) throws RefusedException {
        int at = start;
        while (at < in.length && in[at] >= '0' && in[at] <= '9') {
            at = copy(at);
        }
        expect(at > start);
        return at;
    }
}
