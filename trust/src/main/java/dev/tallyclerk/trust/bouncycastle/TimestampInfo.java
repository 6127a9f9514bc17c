package dev.tallyclerk.trust.bouncycastle;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.internal.encoding.DerForm;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Boolean;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.ASN1Util;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * The signed statement of a timestamp (RFC 3161, 2.4.2, TSTInfo).
 *
 * @param hash the hash of the imprint
 * @param imprint the hash of what was stamped, private
 * @param time when it was stamped
 * @param accuracy how far the time may be off, zero if not stated
 * @param authority the name of the authority, if stated
 */
record TimestampInfo(
        TimestampHash hash, ASN1OctetString imprint, Instant time, Duration accuracy, Optional<GeneralName> authority) {
    static TimestampInfo read(ASN1Sequence sequence) throws EvidenceException {
        Elements info = Elements.of(sequence, "TSTInfo");
        BigInteger version = info.next(ASN1Integer.class).getValue();
        if (!version.equals(BigInteger.ONE)) {
            throw new EvidenceException(Reason.UNSUPPORTED, "a TSTInfo of another version than 1");
        }
        info.next(ASN1ObjectIdentifier.class);
        Elements imprint = Elements.of(info.next(ASN1Sequence.class), "MessageImprint");
        TimestampHash hash = TimestampHash.of(imprint.next(ASN1Sequence.class));
        ASN1OctetString hashed = imprint.next(ASN1OctetString.class);
        imprint.end();
        info.next(ASN1Integer.class);
        Instant time = instant(info.next(ASN1GeneralizedTime.class));
        Optional<ASN1Sequence> accuracy = info.optional(ASN1Sequence.class);
        info.optional(ASN1Boolean.class);
        info.optional(ASN1Integer.class);
        Optional<ASN1TaggedObject> authority = info.tagged(0);
        Optional<ASN1TaggedObject> extensions = info.tagged(1);
        info.end();
        if (extensions.isPresent()) {
            checkExtensions(ASN1Sequence.getInstance(extensions.get(), false));
        }
        return new TimestampInfo(
                hash,
                hashed,
                time,
                accuracy.isPresent() ? accuracy(accuracy.get()) : Duration.ZERO,
                authority.map(name -> GeneralName.getInstance(ASN1Util.getExplicitContextBaseObject(name, 0))));
    }

    /** {@return whether the imprint is the one of {@code stamped}} */
    boolean isAbout(byte[] stamped) {
        return Arrays.equals(hash.of(stamped), imprint.getOctets());
    }

    static Instant instant(ASN1GeneralizedTime time) throws EvidenceException {
        return DerForm.time(time.getTimeString().getBytes(StandardCharsets.ISO_8859_1));
    }

    private static Duration accuracy(ASN1Sequence sequence) throws EvidenceException {
        Elements accuracy = Elements.of(sequence, "Accuracy");
        Optional<ASN1Integer> seconds = accuracy.optional(ASN1Integer.class);
        Optional<ASN1TaggedObject> millis = accuracy.tagged(0);
        Optional<ASN1TaggedObject> micros = accuracy.tagged(1);
        accuracy.end();
        Duration sum = Duration.ZERO;
        if (seconds.isPresent()) {
            sum = sum.plusSeconds(number(seconds.get(), 0, Integer.MAX_VALUE));
        }
        if (millis.isPresent()) {
            sum = sum.plusMillis(number(ASN1Integer.getInstance(millis.get(), false), 1, 999));
        }
        if (micros.isPresent()) {
            long nanos = 1_000L * number(ASN1Integer.getInstance(micros.get(), false), 1, 999);
            sum = sum.plusNanos(nanos);
        }
        return sum;
    }

    private static int number(ASN1Integer value, int least, int most) throws EvidenceException {
        if (value.getValue().bitLength() > 31
                || value.getValue().intValue() < least
                || value.getValue().intValue() > most) {
            throw Elements.malformed("an accuracy outside " + least + " to " + most);
        }
        return value.getValue().intValue();
    }

    private static void checkExtensions(ASN1Sequence extensions) throws EvidenceException {
        Elements list = Elements.of(extensions, "Extensions");
        for (int i = 0; i < extensions.size(); i++) {
            Elements extension = Elements.of(list.next(ASN1Sequence.class), "Extension");
            extension.next(ASN1ObjectIdentifier.class);
            boolean critical = extension
                    .optional(ASN1Boolean.class)
                    .map(ASN1Boolean::isTrue)
                    .orElse(false);
            extension.next(ASN1OctetString.class);
            extension.end();
            if (critical) {
                throw new EvidenceException(Reason.CRITICAL_UNKNOWN, "the timestamp has a critical extension");
            }
        }
    }
}
