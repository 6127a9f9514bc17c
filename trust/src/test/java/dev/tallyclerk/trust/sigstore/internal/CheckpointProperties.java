package dev.tallyclerk.trust.sigstore.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.internal.signature.PlainSignatures.Hash;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class CheckpointProperties {
    private static final String NAME = "log.example.test";
    private static final KeyPair KEY = key();
    private static final TrustedLog LOG =
            new TrustedLog("01020304".repeat(8), "01020304", NAME, NAME, KEY.getPublic(), Hash.SHA512, Validity.ALWAYS);
    private static final String WITNESS = "\u2014 witness.example.test CQkJCQkJ\n";

    private static KeyPair key() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String line(String name, String text) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(KEY.getPrivate());
            signer.update(text.getBytes(StandardCharsets.UTF_8));
            byte[] signature = signer.sign();
            byte[] value = new byte[4 + signature.length];
            System.arraycopy(new byte[] {1, 2, 3, 4}, 0, value, 0, 4);
            System.arraycopy(signature, 0, value, 4, signature.length);
            return "\u2014 " + name + " " + Base64.getEncoder().encodeToString(value) + "\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(String origin, long size, byte[] root) {
        return origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root) + "\n";
    }

    @Property(tries = 200)
    void readsWhatALogSigns(
            @ForAll @LongRange(min = 0) long size, @ForAll @Size(32) byte[] root, @ForAll boolean isWitnessFirst)
            throws EvidenceException {
        long bounded = size % 1_000_000_000_000_000_000L;
        String text = text(NAME, bounded, root);
        String signed = line(NAME, text);
        Checkpoint checkpoint = Checkpoint.parse(text + "\n" + (isWitnessFirst ? WITNESS + signed : signed + WITNESS));
        checkpoint.verify(LOG, true);
        assertEquals(bounded, checkpoint.size());
        assertArrayEquals(root, checkpoint.root());
    }

    @Property(tries = 500)
    void aChangedCharacterIsNotAccepted(@ForAll @IntRange(max = 10_000) int at, @ForAll @IntRange(max = 6) int bit) {
        String text = text(NAME, 12, new byte[32]) + "a further line\n";
        String note = text + "\n" + line(NAME, text);
        int index = at % note.length();
        String changed =
                note.substring(0, index) + (char) (note.charAt(index) ^ (1 << bit)) + note.substring(index + 1);
        EvidenceException e = assertThrows(
                EvidenceException.class, () -> Checkpoint.parse(changed).verify(LOG, true), changed);
        assertEquals(true, Set.of(Reason.LOG_ENTRY_INVALID, Reason.MALFORMED).contains(e.reason()));
    }

    @Property
    void anyTextIsReadOrRefused(@ForAll String note) {
        try {
            Checkpoint.parse(note).verify(LOG, false);
        } catch (EvidenceException e) {
            assertEquals(false, String.valueOf(e.getMessage()).isEmpty());
        }
    }

    @Example
    void theOriginMustBeTheNameOfALogOfRekor2() throws EvidenceException {
        String text = text("other.example.test", 12, new byte[32]);
        Checkpoint checkpoint = Checkpoint.parse(text + "\n" + line("other.example.test", text));
        checkpoint.verify(LOG, false);
        assertThrows(EvidenceException.class, () -> checkpoint.verify(LOG, true));
        String named = text(NAME, 12, new byte[32]);
        Checkpoint other = Checkpoint.parse(named + "\n" + line("other.example.test", named));
        assertThrows(EvidenceException.class, () -> other.verify(LOG, true));
    }

    @Example
    void aLogOfRekor1AddsItsShardToItsName() throws EvidenceException {
        String text = text(NAME + " - 42", 12, new byte[32]);
        Checkpoint.parse(text + "\n" + line(NAME, text)).verify(LOG, false);
        Checkpoint other = Checkpoint.parse(text + "\n" + line("other.example.test", text));
        assertThrows(EvidenceException.class, () -> other.verify(LOG, false));
    }

    /**
     * A cosignature is over a time and the checkpoint (C2SP tlog-cosignature). Nothing demands one here, and it is no
     * signature of the log, even under the log's own name.
     */
    @Example
    void cosignaturesDoNotCount() throws EvidenceException {
        byte[] value = new byte[4 + 8 + 64];
        value[0] = 9;
        String cosigned = Base64.getEncoder().encodeToString(value) + "\n";
        String witnesses = "\u2014 witness.example.test/w1 " + cosigned + "\u2014 " + NAME + " " + cosigned;
        String text = text(NAME, 12, new byte[32]);
        Checkpoint.parse(text + "\n" + witnesses + line(NAME, text)).verify(LOG, true);
        Checkpoint.parse(text + "\n" + line(NAME, text) + witnesses).verify(LOG, false);
        Checkpoint only = Checkpoint.parse(text + "\n" + witnesses);
        assertThrows(EvidenceException.class, () -> only.verify(LOG, true));
        Checkpoint hinted = Checkpoint.parse(text + "\n" + line("witness.example.test", text));
        assertThrows(EvidenceException.class, () -> hinted.verify(LOG, false));
    }

    @Example
    void everyLineOfTheLogMustBeGood() throws EvidenceException {
        String text = text(NAME, 12, new byte[32]);
        Checkpoint checkpoint = Checkpoint.parse(text + "\n" + line(NAME, text) + line(NAME, "other text"));
        assertThrows(EvidenceException.class, () -> checkpoint.verify(LOG, true));
    }

    @Example
    void aLogWithoutANameIsKnownByItsKeyOnly() throws EvidenceException {
        TrustedLog nameless =
                new TrustedLog(LOG.id(), LOG.checkpointHint(), "", "", LOG.key(), LOG.hash(), LOG.validity());
        String text = text("other.example.test", 12, new byte[32]);
        Checkpoint.parse(text + "\n" + line("other.example.test", text)).verify(nameless, true);
    }

    @Example
    void hasUpTo64SignaturesAnd65536Characters() throws EvidenceException {
        String text = text(NAME, 12, new byte[32]);
        assertEquals(
                64,
                Checkpoint.parse(text + "\n" + WITNESS.repeat(64)).signatures().size());
        String rest = "\n\n" + WITNESS;
        String longest = text + "x".repeat(65_536 - text.length() - rest.length()) + rest;
        assertEquals(12, Checkpoint.parse(longest).size());
        EvidenceException e = assertThrows(
                EvidenceException.class, () -> Checkpoint.parse(text + "x" + longest.substring(text.length())));
        assertEquals(Reason.LIMIT_EXCEEDED, e.reason());
        e = assertThrows(EvidenceException.class, () -> Checkpoint.parse(text + "\n" + WITNESS.repeat(65)));
        assertEquals(Reason.LIMIT_EXCEEDED, e.reason());
    }

    @Example
    void refusesWhatIsNotACheckpoint() {
        String root = Base64.getEncoder().encodeToString(new byte[32]);
        for (String note : new String[] {
            "",
            "\n\n",
            NAME + "\n12\n" + root + "\n",
            NAME + "\n12\n" + root + "\n\n",
            NAME + "\n12\n\n" + WITNESS,
            "\n12\n" + root + "\n\n" + WITNESS,
            NAME + "\n012\n" + root + "\n\n" + WITNESS,
            NAME + "\n-1\n" + root + "\n\n" + WITNESS,
            NAME + "\n12\nAAAA\n\n" + WITNESS,
            NAME + "\n12\n" + root + "\n\n" + WITNESS.trim(),
            NAME + "\n12\n" + root + "\n\n" + WITNESS + "\n",
            NAME + "\n12\n" + root + "\n\u0001\n\n" + WITNESS,
            NAME + "\n12\n" + root + "\r\n\n" + WITNESS,
            NAME + "\n12\n" + root + "\n\n" + "\u2014 CQkJCQkJ\n",
            NAME + "\n12\n" + root + "\n\n" + "\u2014  CQkJCQkJ\n",
            NAME + "\n12\n" + root + "\n\n" + "\u2014 a+b CQkJCQkJ\n",
            NAME + "\n1000000000000000000\n" + root + "\n\n" + WITNESS,
            NAME + "\n12\n" + root + "\n\n" + "- witness CQkJCQkJ\n",
            NAME + "\n12\n" + root + "\n\n" + "\u2014 witness CQkJCQ==\n",
            NAME + "\n12\n" + root + "\n\n" + WITNESS.repeat(65),
            "x".repeat(70_000)
        }) {
            assertThrows(EvidenceException.class, () -> Checkpoint.parse(note), note);
        }
    }
}
