package dev.tallyclerk.trust.tuf.internal.read;

import dev.tallyclerk.internal.json.CanonicalReader;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the members that the signed parts of all roles have (TUF 4.3 to 4.6), between those of the role itself. */
public final class HeaderReader {
    private static final String TYPE = "_type";
    private static final String SPEC_VERSION = "spec_version";
    private static final String VERSION = "version";
    private static final String EXPIRES = "expires";

    private static final MemberNames FIRST = MemberNames.of(TYPE, SPEC_VERSION);

    /** TUF 4.2, with a digit for each zero. The runtime's formatter would double the startup cost. */
    private static final String SECONDS = "0000-00-00T00:00:00";

    private static final int NANO_DIGITS = 9;

    private final MetadataRole role;
    private final String step;
    private @Nullable String specVersion;
    private @Nullable Instant expires;
    private long version;

    private HeaderReader(MetadataRole role, String step) {
        this.role = role;
        this.step = step;
    }

    /** The members of every signed part. */
    record Header(long version, Instant expires, String specVersion) {}

    /** {@return the given names and those of the header} */
    static MemberNames namesWith(String... names) {
        String[] header = {TYPE, SPEC_VERSION, VERSION, EXPIRES};
        String[] all = Arrays.copyOf(names, names.length + header.length);
        System.arraycopy(header, 0, all, names.length, header.length);
        return MemberNames.of(all);
    }

    /**
     * {@return a reader that has read the type and the specification version}
     *
     * <p>They come first because, if one of them is wrong, the other members may mean anything.
     *
     * @param role the role whose file it should be
     * @param step the step of the specification that handles it
     * @param signed at the start of the signed part
     */
    static HeaderReader of(MetadataRole role, String step, CanonicalReader signed) throws JsonException, TufException {
        HeaderReader reader = new HeaderReader(role, step);
        reader.readFirst(signed);
        return reader;
    }

    /** Reads no further than necessary: in canonical order, the large members come later. */
    private void readFirst(CanonicalReader in) throws JsonException, TufException {
        boolean hasType = false;
        in.beginObject();
        while (!hasType || specVersion == null) {
            String name = in.nextMember(FIRST);
            if (name == null) {
                throw in.missing(hasType ? SPEC_VERSION : TYPE);
            }
            if (name.equals(TYPE)) {
                requireType(in);
                hasType = true;
            } else {
                specVersion = specVersion(in);
            }
        }
    }

    /** Reads a member of the header, one of {@link #namesWith}. */
    void read(String name, CanonicalReader in) throws JsonException {
        switch (name) {
            case VERSION -> version = in.integer(1, Long.MAX_VALUE);
            case EXPIRES -> expires = expires(in);
            default -> in.skip();
        }
    }

    /** {@return the header, once {@code in} has read the whole signed part} */
    Header header(CanonicalReader in) throws JsonException {
        if (version == 0) {
            throw in.missing(VERSION);
        }
        return new Header(version, in.required(expires, EXPIRES), in.required(specVersion, SPEC_VERSION));
    }

    private void requireType(CanonicalReader in) throws JsonException, TufException {
        String wanted = role.kind().roleName();
        String type = in.string();
        if (type.equals(wanted)) {
            return;
        }
        if (type.equalsIgnoreCase(wanted)) {
            throw role.failure(Reason.UNSUPPORTED_SPEC_VERSION, step)
                    .build("is metadata of Notary v1, Uptane or TUF before 1.0, which is not supported");
        }
        throw role.failure(Reason.WRONG_TYPE, step)
                .pointer(in.pointer())
                .build("is metadata of type " + Quoted.quote(type) + ", not " + Quoted.quote(wanted)
                        + "; the repository has to publish each role's own file");
    }

    private String specVersion(CanonicalReader in) throws JsonException, TufException {
        String text = in.string();
        String[] numbers = text.split("\\.", -1);
        if (numbers.length < 2 || numbers.length > 3 || !areNumbers(numbers)) {
            throw in.badValue("must be two or three numbers separated by dots");
        }
        // TUF 4.3 and TAP 6: a file of another major version may mean anything.
        if (!numbers[0].equals("1")) {
            throw role.failure(Reason.UNSUPPORTED_SPEC_VERSION, step)
                    .build("is for specification version " + Quoted.quote(text)
                            + ", not 1; use a library that supports it");
        }
        return text;
    }

    private static boolean areNumbers(String[] texts) {
        for (String text : texts) {
            if (text.isEmpty() || text.length() > 9 || !hasDigits(text, "0".repeat(text.length()))) {
                return false;
            }
        }
        return true;
    }

    /** {@return whether a text, at least as long, begins with {@code form} with any digit for a 0} */
    private static boolean hasDigits(String text, String form) {
        for (int i = 0; i < form.length(); i++) {
            char c = text.charAt(i);
            if (form.charAt(i) == '0' ? c < '0' || c > '9' : c != form.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static Instant expires(CanonicalReader in) throws JsonException {
        String text = in.string();
        try {
            int nanos = nanos(text);
            if (nanos >= 0) {
                return LocalDateTime.of(
                                number(text, 0, 4),
                                number(text, 5, 7),
                                number(text, 8, 10),
                                number(text, 11, 13),
                                number(text, 14, 16),
                                number(text, 17, 19),
                                nanos)
                        .toInstant(ZoneOffset.UTC);
            }
        } catch (DateTimeException e) {
            // Refused below, like a wrong length.
        }
        throw in.badValue("must be a time of the form YYYY-MM-DDTHH:MM:SSZ; up to nine digits may follow the seconds as"
                + " a fraction");
    }

    /**
     * {@return the fraction of a second, or -1 if the text is not a time}
     *
     * <p>TUF 4.2 has no fraction, but go-tuf's examples, Bottlerocket and the first roots of Sigstore have one.
     */
    private static int nanos(String text) {
        int seconds = SECONDS.length();
        int end = text.length() - 1;
        if (end < seconds || text.charAt(end) != 'Z' || !hasDigits(text, SECONDS)) {
            return -1;
        }
        if (end == seconds) {
            return 0;
        }
        String fraction = text.substring(seconds, end);
        int digits = fraction.length() - 1;
        if (digits < 1 || digits > NANO_DIGITS || !hasDigits(fraction, "." + "0".repeat(digits))) {
            return -1;
        }
        return Integer.parseInt(fraction.substring(1) + "0".repeat(NANO_DIGITS - digits));
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }
}
