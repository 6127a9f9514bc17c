package dev.tallyclerk.trust.sigstore.internal;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The state of a log, as a signed note.
 *
 * @param origin the first line, which names the log
 * @param size the number of leaves
 * @param root the hash of the tree
 * @param signed the bytes that are signed
 * @param signatures the signatures, in order
 * @see <a href="https://github.com/C2SP/C2SP/blob/main/tlog-checkpoint.md">C2SP tlog-checkpoint</a>
 */
@SuppressWarnings("ArrayRecordComponent")
record Checkpoint(String origin, long size, byte[] root, byte[] signed, List<NoteSignature> signatures) {
    private static final int MAX_CHARACTERS = 65_536;
    private static final int MAX_SIGNATURES = 64;
    private static final int HINT_LENGTH = 4;
    private static final String SIGNATURE_START = "\u2014 ";
    private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,17}");
    private static final Pattern NAME = Pattern.compile("[^\\s+]+");

    /**
     * A signature line.
     *
     * @param name the name of the key
     * @param hint the id of the key, 8 hexadecimal digits
     * @param value the signature
     */
    record NoteSignature(String name, String hint, byte[] value) {}

    /** {@return the checkpoint of a note} */
    static Checkpoint parse(String note) throws EvidenceException {
        if (note.length() > MAX_CHARACTERS) {
            throw new EvidenceException(Reason.LIMIT_EXCEEDED, "a checkpoint of " + note.length() + " characters");
        }
        int blank = note.indexOf("\n\n");
        if (blank < 0 || !note.endsWith("\n") || note.chars().anyMatch(c -> c < ' ' && c != '\n')) {
            throw invalid("not a signed note");
        }
        String[] lines = note.substring(0, blank).split("\n", -1);
        if (lines.length < 3 || lines[0].isEmpty()) {
            throw invalid("without origin, size and root");
        }
        if (!SIZE.matcher(lines[1]).matches()) {
            throw invalid("with a size that is no number");
        }
        byte[] root = Encodings.base64(lines[2], "the root of a checkpoint");
        if (root.length != Merkle.HASH_LENGTH) {
            throw invalid("with a root of " + root.length + " bytes");
        }
        return new Checkpoint(
                lines[0],
                Long.parseLong(lines[1]),
                root,
                note.substring(0, blank + 1).getBytes(StandardCharsets.UTF_8),
                signatures(note.substring(blank + 2)));
    }

    private static List<NoteSignature> signatures(String text) throws EvidenceException {
        List<NoteSignature> signatures = new ArrayList<>();
        if (text.isEmpty()) {
            throw invalid("without a signature");
        }
        for (String line : text.substring(0, text.length() - 1).split("\n", -1)) {
            if (signatures.size() == MAX_SIGNATURES) {
                throw new EvidenceException(
                        Reason.LIMIT_EXCEEDED, "a checkpoint with more than " + MAX_SIGNATURES + " signatures");
            }
            int space = line.lastIndexOf(' ');
            if (!line.startsWith(SIGNATURE_START) || space < SIGNATURE_START.length()) {
                throw invalid("with a line that is no signature");
            }
            String name = line.substring(SIGNATURE_START.length(), space);
            byte[] value = Encodings.base64(line.substring(space + 1), "a signature of a checkpoint");
            if (!NAME.matcher(name).matches() || value.length <= HINT_LENGTH) {
                throw invalid("with a signature that has no name or no value");
            }
            signatures.add(new NoteSignature(
                    name,
                    HexFormat.of().formatHex(value, 0, HINT_LENGTH),
                    Arrays.copyOfRange(value, HINT_LENGTH, value.length)));
        }
        return signatures;
    }

    private static EvidenceException invalid(String how) {
        return new EvidenceException(Reason.LOG_ENTRY_INVALID, "a checkpoint " + how);
    }

    /**
     * Verifies the log's signature. Lines of other keys, such as those of witnesses, are ignored in any order.
     *
     * @param isNamed whether the origin and the signature must have the log's name, as Rekor v2 demands
     * @throws EvidenceException if the log did not sign it, or signed another text
     */
    void verify(TrustedLog log, boolean isNamed) throws EvidenceException {
        if (isNamed && !log.name().isEmpty() && !origin.equals(log.name())) {
            throw new EvidenceException(
                    Reason.LOG_ENTRY_INVALID,
                    "the checkpoint is of \"" + origin + "\", the log is \"" + log.name() + "\"");
        }
        boolean isSigned = false;
        for (NoteSignature signature : signatures) {
            if (signature.hint().equals(log.checkpointHint()) && isOwn(signature.name(), isNamed)) {
                if (!log.signed(signed, signature.value())) {
                    throw new EvidenceException(
                            Reason.LOG_ENTRY_INVALID, "the checkpoint's signature is not one of log " + log.id());
                }
                isSigned = true;
            }
        }
        if (!isSigned) {
            throw new EvidenceException(Reason.LOG_ENTRY_INVALID, "the checkpoint is not signed by log " + log.id());
        }
    }

    /** {@return whether a key has the log's name} Rekor v1 adds the number of the shard to its name in the origin. */
    private boolean isOwn(String name, boolean isNamed) {
        return origin.equals(name) || (!isNamed && origin.startsWith(name + " - "));
    }
}
