package dev.tallyclerk.benchmarks;

import dev.sigstore.KeylessVerificationException;
import dev.sigstore.KeylessVerifier;
import dev.sigstore.TrustedRootProvider;
import dev.sigstore.VerificationOptions;
import dev.sigstore.VerificationOptions.CertificateMatcher;
import dev.sigstore.bundle.Bundle;
import dev.sigstore.bundle.BundleParseException;
import dev.sigstore.strings.StringMatcher;
import dev.sigstore.trustroot.SigstoreConfigurationException;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleEngine;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleTimestamps;
import dev.tallyclerk.trust.sigstore.CertificateIdentity;
import dev.tallyclerk.trust.sigstore.SigstoreBundle;
import dev.tallyclerk.trust.sigstore.SigstoreVerifier;
import dev.tallyclerk.trust.sigstore.TrustedRoot;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/** Keyless verification of bundles, by this library and by sigstore-java, both without any network. */
final class SigstoreBundles {
    static final String IDENTITY = "https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1.4.0";
    static final String ISSUER = "https://token.actions.githubusercontent.com";

    private SigstoreBundles() {}

    /** {@return this library's verifier, which has parsed the trusted root} */
    static SigstoreVerifier ours(Path trustedRoot) throws IOException, EvidenceException {
        return SigstoreVerifier.of(TrustedRoot.parse(Files.readAllBytes(trustedRoot)))
                .withTimestampEngine(BouncyCastleTimestamps.create())
                // Sigstore-java verifies with Bouncy Castle too.
                .withSignatureEngine(BouncyCastleEngine.of());
    }

    static int verify(SigstoreVerifier verifier, CertificateIdentity identity, byte[] bundle, byte[] artifact)
            throws EvidenceException {
        identity.check(verifier.verify(SigstoreBundle.parse(bundle), artifact));
        return bundle.length;
    }

    /** {@return sigstore-java's verifier, which has parsed the trusted root} */
    static KeylessVerifier theirs(Path trustedRoot) throws GeneralSecurityException, SigstoreConfigurationException {
        return KeylessVerifier.builder()
                .trustedRootProvider(TrustedRootProvider.from(trustedRoot))
                .build();
    }

    /** {@return what sigstore-java is to demand of the certificate} */
    static VerificationOptions options(String identity, String issuer) {
        return VerificationOptions.builder()
                .addCertificateMatchers(CertificateMatcher.fulcio()
                        .subjectAlternativeName(StringMatcher.string(identity))
                        .issuer(StringMatcher.string(issuer))
                        .build())
                .build();
    }

    static int verify(KeylessVerifier verifier, VerificationOptions options, byte[] bundle, byte[] artifact)
            throws KeylessVerificationException, BundleParseException, GeneralSecurityException {
        Bundle parsed = Bundle.from(new StringReader(new String(bundle, StandardCharsets.UTF_8)));
        verifier.verify(MessageDigest.getInstance("SHA-256").digest(artifact), parsed, options);
        return bundle.length;
    }
}
