package dev.tallyclerk.trust.sigstore.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.internal.signature.PlainSignatures.Hash;
import dev.tallyclerk.trust.sigstore.internal.BundleParts.Version;
import dev.tallyclerk.trust.sigstore.internal.LogEntry.Proof;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogEntriesTest {
    private static final KeyPair KEYS = keys();
    private static final String NAME = "log.example.test";
    private static final String ID = "01020304".repeat(8);
    private static final TrustedLog LOG =
            new TrustedLog(ID, "01020304", NAME, NAME, KEYS.getPublic(), Hash.SHA512, Validity.ALWAYS);
    private static final byte[] BODY = "the third".getBytes(StandardCharsets.UTF_8);
    private static final int INDEX = 2;
    private static final MerkleTree TREE =
            new MerkleTree(List.of(new byte[] {0}, new byte[] {1}, BODY, new byte[] {3}));

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] sign(String text) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(KEYS.getPrivate());
            signer.update(text.getBytes(StandardCharsets.UTF_8));
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static LogEntry rekor1(long index, long time, byte @Nullable [] promise, @Nullable Proof proof) {
        return new LogEntry(ID, index, "hashedrekord", "0.0.1", time, promise, proof, BODY);
    }

    private static LogEntry rekor2(long index, byte @Nullable [] promise, @Nullable Proof proof) {
        return new LogEntry(ID, index, "hashedrekord", "0.0.2", 0, promise, proof, BODY);
    }

    private static byte[] promise(long index, long time) {
        return sign("{\"body\":\"" + Base64.getEncoder().encodeToString(BODY) + "\",\"integratedTime\":" + time
                + ",\"logID\":\"" + ID + "\",\"logIndex\":" + index + "}");
    }

    private static String checkpoint(long size, byte[] root) {
        String text = NAME + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root) + "\n";
        byte[] signature = sign(text);
        byte[] value = new byte[4 + signature.length];
        System.arraycopy(new byte[] {1, 2, 3, 4}, 0, value, 0, 4);
        System.arraycopy(signature, 0, value, 4, signature.length);
        return text + "\n\u2014 " + NAME + " " + Base64.getEncoder().encodeToString(value) + "\n";
    }

    private static Proof proof(String checkpoint) {
        return new Proof(INDEX, TREE.size(), TREE.root(), TREE.path(INDEX), checkpoint);
    }

    private static Proof proof() {
        return proof(checkpoint(TREE.size(), TREE.root()));
    }

    private static void refuses(LogEntry entry, Version version) {
        EvidenceException e =
                assertThrows(EvidenceException.class, () -> LogEntries.verifyInclusion(entry, version, LOG));
        assertEquals(Reason.LOG_ENTRY_INVALID, e.reason(), e.getMessage());
    }

    private static void refusesPromise(LogEntry entry) {
        EvidenceException e = assertThrows(EvidenceException.class, () -> LogEntries.promisedTime(entry, LOG));
        assertEquals(Reason.LOG_ENTRY_INVALID, e.reason(), e.getMessage());
    }

    @Test
    void aPromiseSignsTheBodyTheTimeAndTheIndex() throws EvidenceException {
        byte[] promise = promise(7, 100);
        assertEquals(Instant.ofEpochSecond(100), LogEntries.promisedTime(rekor1(7, 100, promise, null), LOG));
        refusesPromise(rekor1(8, 100, promise, null));
        refusesPromise(rekor1(7, 101, promise, null));
        refusesPromise(new LogEntry(ID, 7, "hashedrekord", "0.0.1", 100, promise, null, new byte[] {1}));
        refusesPromise(new LogEntry("05".repeat(32), 7, "hashedrekord", "0.0.1", 100, promise, null, BODY));
        refusesPromise(rekor1(7, 100, null, null));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE})
    void aPromiseHasATime(long time) {
        refusesPromise(rekor1(7, time, promise(7, time), null));
    }

    @Test
    void theFirstSecondIsATime() throws EvidenceException {
        assertEquals(Instant.ofEpochSecond(1), LogEntries.promisedTime(rekor1(0, 1, promise(0, 1), null), LOG));
    }

    @Test
    void aLogOfRekor2MakesNoPromise() {
        refusesPromise(new LogEntry(ID, 7, "hashedrekord", "0.0.2", 100, promise(7, 100), null, BODY));
    }

    @ParameterizedTest
    @EnumSource(
            value = Version.class,
            names = {"COSIGN", "V0_1"})
    void anOldEntryNeedsAPromiseAndMayHaveAProof(Version version) throws EvidenceException {
        byte[] promise = promise(7, 100);
        LogEntries.verifyInclusion(rekor1(7, 100, promise, null), version, LOG);
        LogEntries.verifyInclusion(rekor1(7, 100, promise, proof()), version, LOG);
        LogEntries.verifyInclusion(rekor1(7, 100, promise, proof("")), version, LOG);
        refuses(rekor1(7, 100, null, null), version);
        refuses(rekor1(7, 100, null, proof()), version);
    }

    @ParameterizedTest
    @EnumSource(
            value = Version.class,
            names = {"V0_2", "V0_3"})
    void anEntryNeedsAProofWithACheckpoint(Version version) throws EvidenceException {
        LogEntries.verifyInclusion(rekor1(7, 100, null, proof()), version, LOG);
        LogEntries.verifyInclusion(rekor1(7, 100, promise(7, 100), proof()), version, LOG);
        refuses(rekor1(7, 100, promise(7, 100), null), version);
        refuses(rekor1(7, 100, promise(7, 100), proof("")), version);
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void anEntryOfRekor2NeedsAProofWithItsOwnIndex(Version version) throws EvidenceException {
        LogEntries.verifyInclusion(rekor2(INDEX, null, proof()), version, LOG);
        refuses(rekor2(INDEX + 1, null, proof()), version);
        refuses(rekor2(INDEX, null, null), version);
        refuses(rekor2(INDEX, null, proof("")), version);
    }

    @Test
    void theProofLeadsFromTheEntryToTheRoot() {
        String checkpoint = checkpoint(TREE.size(), TREE.root());
        List<byte[]> path = TREE.path(INDEX);
        for (Proof wrong : List.of(
                new Proof(INDEX + 1, TREE.size(), TREE.root(), path, checkpoint),
                new Proof(INDEX, TREE.size() * 2L, TREE.root(), path, checkpoint),
                new Proof(INDEX, TREE.size(), new byte[32], path, checkpoint),
                new Proof(INDEX, TREE.size(), TREE.root(), path.subList(0, 1), checkpoint))) {
            refuses(rekor1(7, 100, null, wrong), Version.V0_3);
            refuses(rekor1(7, 100, promise(7, 100), wrong), Version.V0_1);
        }
    }

    @Test
    void theCheckpointIsAboutTheSizeAndRootOfTheProof() {
        byte[] other = Arrays.copyOf(TREE.root(), 32);
        other[31] ^= 1;
        refuses(rekor1(7, 100, null, proof(checkpoint(TREE.size() + 1, TREE.root()))), Version.V0_3);
        refuses(rekor1(7, 100, null, proof(checkpoint(TREE.size(), other))), Version.V0_3);
        refuses(rekor1(7, 100, promise(7, 100), proof(checkpoint(TREE.size(), other))), Version.V0_1);
        String signed = checkpoint(TREE.size(), TREE.root());
        refuses(rekor1(7, 100, null, proof(signed.replace("\n4\n", "\n5\n"))), Version.V0_3);
    }

    @Test
    void theSignedIndexIsThatOfThePromiseElseOfTheProof() {
        assertEquals(7, LogEntries.signedIndex(rekor1(7, 100, promise(7, 100), proof())));
        assertEquals(7, LogEntries.signedIndex(rekor1(7, 100, promise(7, 100), null)));
        assertEquals(INDEX, LogEntries.signedIndex(rekor1(7, 100, null, proof())));
        assertEquals(7, LogEntries.signedIndex(rekor1(7, 100, null, null)));
    }
}
