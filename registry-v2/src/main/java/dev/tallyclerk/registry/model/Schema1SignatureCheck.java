package dev.tallyclerk.registry.model;

import dev.tallyclerk.registry.model.Schema1Verification.Invalid;
import dev.tallyclerk.registry.model.Schema1Verification.Reason;
import dev.tallyclerk.registry.model.Schema1Verification.SelfSigned;
import dev.tallyclerk.registry.model.Schema1Verification.Signer;
import dev.tallyclerk.registry.model.Schema1Verification.TrustedBy;
import dev.tallyclerk.text.Quoted;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Verifies the signatures of a schema 1 manifest, with the Java runtime's own providers. */
final class Schema1SignatureCheck {
    private static final int NUMBER_BYTES = 32;

    private Schema1SignatureCheck() {}

    static Schema1Verification verify(
            byte[] payload, List<JwsSignature> signatures, List<? extends PublicKey> trusted) {
        byte[] encodedPayload = Base64Url.encode(payload).getBytes(StandardCharsets.US_ASCII);
        List<Signer> signers = new ArrayList<>();
        for (int i = 0; i < signatures.size(); i++) {
            try {
                signers.add(verify(encodedPayload, signatures.get(i)));
            } catch (InvalidSignatureException e) {
                String which = signatures.size() == 1 ? "the signature " : "signature " + (i + 1) + " ";
                return new Invalid(e.reason(), which + e.getMessage());
            }
        }
        List<Signer> known = signers.stream()
                .filter(signer -> trusted.stream().anyMatch(key -> JwsKey.isSame(key, signer.key())))
                .toList();
        return known.isEmpty() ? new SelfSigned(signers) : new TrustedBy(known);
    }

    private static Signer verify(byte[] encodedPayload, JwsSignature claim) throws InvalidSignatureException {
        String algorithm = claim.algorithm();
        boolean elliptic = algorithm.equals("ES256");
        if (!elliptic && !algorithm.equals("RS256")) {
            throw new InvalidSignatureException(
                    Reason.UNSUPPORTED_ALGORITHM,
                    "has the algorithm " + Quoted.quote(algorithm) + ", must be ES256 or RS256");
        }
        byte[] signature =
                Base64Url.decode(claim.signature()).orElseThrow(() -> malformed("is not base64url without padding"));
        JwsKey key = JwsKey.of(claim);
        if (elliptic) {
            requireNumbers(signature);
        }
        boolean fits = elliptic ? key.key() instanceof ECPublicKey : key.key() instanceof RSAPublicKey;
        if (!fits) {
            throw new InvalidSignatureException(
                    Reason.BAD_KEY,
                    "has the algorithm " + algorithm + " with a key for "
                            + key.key().getAlgorithm());
        }
        byte[] protectedHeader = claim.protectedHeader().getBytes(StandardCharsets.US_ASCII);
        if (!holds(
                elliptic ? "SHA256withECDSAinP1363Format" : "SHA256withRSA",
                key.key(),
                signature,
                protectedHeader,
                encodedPayload)) {
            throw new InvalidSignatureException(
                    Reason.WRONG_SIGNATURE, "does not match this manifest and the key " + key.id());
        }
        return new Signer(key.id(), key.key(), algorithm, key.certified());
    }

    /** Early Java 17 releases accept two zeros as a signature of any content (CVE-2022-21449). */
    private static void requireNumbers(byte[] signature) throws InvalidSignatureException {
        if (signature.length != 2 * NUMBER_BYTES) {
            throw malformed("has " + signature.length + " bytes, must have " + 2 * NUMBER_BYTES);
        }
        BigInteger order = JwsKey.groupOrder();
        for (int from : new int[] {0, NUMBER_BYTES}) {
            BigInteger number = new BigInteger(1, Arrays.copyOfRange(signature, from, from + NUMBER_BYTES));
            if (number.signum() == 0 || number.compareTo(order) >= 0) {
                throw malformed("has a number outside of 1 to the order of the group");
            }
        }
    }

    private static boolean holds(
            String algorithm, PublicKey key, byte[] signature, byte[] protectedHeader, byte[] encodedPayload) {
        try {
            Signature check = Signature.getInstance(algorithm);
            check.initVerify(key);
            check.update(protectedHeader);
            check.update((byte) '.');
            check.update(encodedPayload);
            return check.verify(signature);
        } catch (GeneralSecurityException | RuntimeException e) {
            // Some providers throw unchecked exceptions for malformed bytes.
            return false;
        }
    }

    private static InvalidSignatureException malformed(String detail) {
        return new InvalidSignatureException(Reason.MALFORMED_SIGNATURE, detail);
    }
}
