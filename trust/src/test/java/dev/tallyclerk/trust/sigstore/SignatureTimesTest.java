package dev.tallyclerk.trust.sigstore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.internal.signature.PlainSignatures.Hash;
import dev.tallyclerk.trust.sigstore.VerifiedBundle.SignatureTime;
import dev.tallyclerk.trust.sigstore.VerifiedBundle.TimeSource;
import dev.tallyclerk.trust.sigstore.internal.LogEntry;
import dev.tallyclerk.trust.sigstore.internal.RootParts;
import dev.tallyclerk.trust.sigstore.internal.TestLeaf;
import dev.tallyclerk.trust.sigstore.internal.TrustedChain;
import dev.tallyclerk.trust.sigstore.internal.TrustedLog;
import dev.tallyclerk.trust.sigstore.internal.Validity;
import dev.tallyclerk.trust.timestamp.TimestampEngine;
import dev.tallyclerk.trust.timestamp.TimestampTrust;
import dev.tallyclerk.trust.timestamp.VerifiedTimestamp;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class SignatureTimesTest {
    private static final Instant TIME = Instant.parse("2026-03-14T09:26:53Z");
    private static final KeyPair KEYS = keys("EC");
    private static final KeyPair LOG_KEYS = keys("Ed25519");
    private static final String LOG_ID = "01020304".repeat(8);
    private static final byte[] BODY = {1, 2, 3};
    private static final X509Certificate ROOT =
            new TestLeaf(KEYS).named("root", "root").authority(1).certificate();
    private static final X509Certificate STAMPING =
            new TestLeaf(KEYS).named("stamping", "root").certificate();
    private static final X509Certificate OTHER =
            new TestLeaf(KEYS).named("other", "root").certificate();
    private static final X509Certificate EXPIRED = new TestLeaf(KEYS)
            .named("expired", "root")
            .valid(Instant.EPOCH, TIME.minusSeconds(1))
            .certificate();

    private static KeyPair keys(String algorithm) {
        try {
            return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Says what a test says about each root. */
    private static final class FakeEngine implements TimestampEngine {
        private final List<Object> answers;
        private int asked;

        FakeEngine(Object... answers) {
            this.answers = List.of(answers);
        }

        @Override
        public VerifiedTimestamp verifyResponse(byte[] response, byte[] stamped, TimestampTrust trust)
                throws EvidenceException {
            Object answer = answers.get(asked++);
            if (answer instanceof Reason reason) {
                throw new EvidenceException(reason, "answer " + asked);
            }
            return (VerifiedTimestamp) answer;
        }

        @Override
        public VerifiedTimestamp verifyToken(byte[] token, byte[] stamped, TimestampTrust trust) {
            throw new UnsupportedOperationException();
        }
    }

    private static VerifiedTimestamp stamp(X509Certificate... path) {
        return new VerifiedTimestamp(TIME, Duration.ZERO, List.of(path));
    }

    private static TrustedChain authority(X509Certificate first) {
        return authority(first, Validity.ALWAYS);
    }

    private static TrustedChain authority(X509Certificate first, Validity validity) {
        return new TrustedChain(List.of(first, ROOT), "acme", validity);
    }

    private static RootParts authorities(TrustedChain... authorities) {
        return new RootParts(List.of(), List.of(), List.of(), List.of(authorities));
    }

    private static SignatureTimes stamped(RootParts root, TimestampEngine engine) throws EvidenceException {
        SignatureTimes times = new SignatureTimes(root, engine, TIME);
        times.addTimestamps(List.of(new byte[1]), new byte[2]);
        return times;
    }

    private static EvidenceException refuses(Reason reason, Executable action) {
        EvidenceException e = assertThrows(EvidenceException.class, action);
        assertEquals(reason, e.reason(), e.getMessage());
        return e;
    }

    @Test
    void aTimestampIsOneOfTheAuthority() throws EvidenceException {
        SignatureTimes times = stamped(authorities(authority(STAMPING)), new FakeEngine(stamp(STAMPING, ROOT)));
        assertEquals(List.of(new SignatureTime(TIME, TimeSource.TIMESTAMP_AUTHORITY, "acme")), times.times());
        assertEquals(Set.of(TIME), times.instants());
    }

    @Test
    void anotherCertificateOfTheSameRootDoesNotCount() {
        refuses(
                Reason.CERTIFICATE_UNTRUSTED,
                () -> stamped(authorities(authority(STAMPING)), new FakeEngine(stamp(OTHER, ROOT))));
    }

    @Test
    void anyCertificateOfATrustedIssuerCounts() throws EvidenceException {
        for (int pathLength = 0; pathLength < 2; pathLength++) {
            X509Certificate issuer = new TestLeaf(KEYS)
                    .named("issuer", "root")
                    .authority(pathLength)
                    .certificate();
            stamped(authorities(authority(issuer)), new FakeEngine(stamp(OTHER, issuer, ROOT)));
        }
    }

    @Test
    void everyCertificateOfTheAuthorityWasValid() {
        refuses(
                Reason.CERTIFICATE_EXPIRED,
                () -> stamped(authorities(authority(EXPIRED)), new FakeEngine(stamp(EXPIRED, ROOT))));
        refuses(
                Reason.CERTIFICATE_EXPIRED,
                () -> stamped(authorities(authority(STAMPING)), new FakeEngine(stamp(STAMPING, EXPIRED))));
    }

    @Test
    void theAuthorityWasTrusted() throws EvidenceException {
        stamped(authorities(authority(STAMPING, new Validity(TIME, TIME))), new FakeEngine(stamp(STAMPING, ROOT)));
        refuses(
                Reason.TIMESTAMP_INVALID,
                () -> stamped(
                        authorities(authority(STAMPING, new Validity(TIME.plusSeconds(1), null))),
                        new FakeEngine(stamp(STAMPING, ROOT))));
    }

    @Test
    void theAuthorityThatComesNearestSaysWhy() throws EvidenceException {
        RootParts three = authorities(authority(STAMPING), authority(STAMPING), authority(STAMPING));
        refuses(
                Reason.SIGNATURE_INVALID,
                () -> stamped(
                        three,
                        new FakeEngine(
                                Reason.CERTIFICATE_UNTRUSTED, Reason.SIGNATURE_INVALID, Reason.CERTIFICATE_UNTRUSTED)));
        EvidenceException e = refuses(
                Reason.CERTIFICATE_EXPIRED,
                () -> stamped(
                        three,
                        new FakeEngine(
                                Reason.CERTIFICATE_EXPIRED, Reason.SIGNATURE_INVALID, Reason.CERTIFICATE_UNTRUSTED)));
        assertEquals("a timestamp: answer 1", e.getMessage());
        stamped(three, new FakeEngine(Reason.MALFORMED, Reason.CERTIFICATE_UNTRUSTED, stamp(STAMPING, ROOT)));
    }

    @Test
    void timestampsThatCannotBeVerifiedSayWhatIsMissing() throws EvidenceException {
        SignatureTimes noEngine = stamped(authorities(authority(STAMPING)), TimestampEngine.none());
        assertEquals(
                "the timestamps need a timestamp engine",
                refuses(Reason.UNSUPPORTED, () -> noEngine.require(1, false)).getMessage());
        SignatureTimes noAuthority = stamped(RootParts.EMPTY, new FakeEngine());
        assertEquals(
                "the timestamps need a timestamp authority in the trusted root",
                refuses(Reason.UNSUPPORTED, () -> noAuthority.require(1, false)).getMessage());
        assertEquals(List.of("the timestamps"), noAuthority.notChecked());
        noAuthority.require(0, false);
    }

    private static TrustedLog log(Validity validity) {
        return new TrustedLog(LOG_ID, "01020304", "", "log", LOG_KEYS.getPublic(), Hash.SHA512, validity);
    }

    private static RootParts logs(TrustedLog... logs) {
        return new RootParts(List.of(logs), List.of(), List.of(), List.of());
    }

    private static LogEntry promised(Instant time) {
        long seconds = time.getEpochSecond();
        String signed = "{\"body\":\"" + Base64.getEncoder().encodeToString(BODY) + "\",\"integratedTime\":" + seconds
                + ",\"logID\":\"" + LOG_ID + "\",\"logIndex\":7}";
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(LOG_KEYS.getPrivate());
            signer.update(signed.getBytes(StandardCharsets.UTF_8));
            return new LogEntry(LOG_ID, 7, "hashedrekord", "0.0.1", seconds, signer.sign(), null, BODY);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static LogEntry unpromised() {
        return new LogEntry(LOG_ID, 7, "hashedrekord", "0.0.1", TIME.getEpochSecond(), null, null, BODY);
    }

    private static SignatureTimes logged(RootParts root, Instant now, LogEntry... entries) throws EvidenceException {
        SignatureTimes times = new SignatureTimes(root, TimestampEngine.none(), now);
        times.addPromises(List.of(entries));
        return times;
    }

    @Test
    void aPromiseOfATrustedLogIsATime() throws EvidenceException {
        SignatureTimes times = logged(logs(log(new Validity(TIME, TIME))), TIME, promised(TIME), unpromised());
        assertEquals(List.of(new SignatureTime(TIME, TimeSource.LOG, "log")), times.times());
        times.require(1, true);
        refuses(Reason.THRESHOLD_NOT_MET, () -> times.require(2, false));
    }

    @Test
    void withoutATimeTheFirstReasonIsGiven() throws EvidenceException {
        SignatureTimes unknown = logged(RootParts.EMPTY, TIME, promised(TIME));
        refuses(Reason.LOG_UNTRUSTED, () -> unknown.require(0, true));
        SignatureTimes outside = logged(logs(log(new Validity(TIME.plusSeconds(1), null))), TIME, promised(TIME));
        refuses(Reason.LOG_UNTRUSTED, () -> outside.require(1, false));
        SignatureTimes nothing = logged(RootParts.EMPTY, TIME, unpromised());
        refuses(Reason.TIME_MISSING, () -> nothing.require(0, true));
        nothing.require(0, false);
    }

    @Test
    void theTimeIsAtMostFiveMinutesAhead() throws EvidenceException {
        Instant now = TIME.minus(Duration.ofMinutes(5));
        assertEquals(
                1,
                logged(logs(log(Validity.ALWAYS)), now, promised(TIME)).times().size());
        refuses(Reason.TIMESTAMP_INVALID, () -> logged(logs(log(Validity.ALWAYS)), now.minusNanos(1), promised(TIME)));
    }

    @Test
    void theLogOfAnEntryWasTrustedWhenItPromised() throws EvidenceException {
        TrustedLog before = log(new Validity(null, TIME.minusSeconds(1)));
        TrustedLog then = log(new Validity(TIME, TIME));
        LogEntry entry = promised(TIME);
        assertEquals(then, logged(logs(before, then), TIME, entry).logOf(entry));
        SignatureTimes times = logged(logs(before), TIME, entry);
        refuses(Reason.LOG_UNTRUSTED, () -> times.logOf(entry));
        SignatureTimes unknown = logged(RootParts.EMPTY, TIME, entry);
        refuses(Reason.LOG_UNTRUSTED, () -> unknown.logOf(entry));
    }

    @Test
    void theLogOfAnEntryWithoutAPromiseWasTrustedAtAllTimesOfTheSignature() throws EvidenceException {
        LogEntry entry = unpromised();
        SignatureTimes none = logged(logs(log(new Validity(TIME, null))), TIME, entry);
        refuses(Reason.TIME_MISSING, () -> none.logOf(entry));
        TrustedLog always = log(Validity.ALWAYS);
        assertEquals(always, logged(logs(always), TIME, entry).logOf(entry));

        RootParts root = new RootParts(
                List.of(log(new Validity(TIME, TIME))), List.of(), List.of(), List.of(authority(STAMPING)));
        SignatureTimes stamped = stamped(root, new FakeEngine(stamp(STAMPING, ROOT)));
        assertEquals(root.logs().get(0), stamped.logOf(entry));
        RootParts later = new RootParts(
                List.of(log(new Validity(TIME.plusSeconds(1), null))),
                List.of(),
                List.of(),
                List.of(authority(STAMPING)));
        SignatureTimes early = stamped(later, new FakeEngine(stamp(STAMPING, ROOT)));
        refuses(Reason.LOG_UNTRUSTED, () -> early.logOf(entry));
    }
}
