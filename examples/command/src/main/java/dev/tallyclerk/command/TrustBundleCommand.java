package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.MalformedDigestException;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleTimestamps;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.sigstore.CertificateIdentity;
import dev.tallyclerk.trust.sigstore.SigstoreBundle;
import dev.tallyclerk.trust.sigstore.SigstoreThresholds;
import dev.tallyclerk.trust.sigstore.SigstoreVerifier;
import dev.tallyclerk.trust.sigstore.TrustedRoot;
import dev.tallyclerk.trust.sigstore.VerifiedBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tallyclerk trust verify-bundle}: verifies one Sigstore bundle, by the protocol of the conformance suite. */
@Command(
        name = "verify-bundle",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Verifies a Sigstore bundle over a file or a digest, without any network.",
            "A bundle with a certificate needs --certificate-identity, --certificate-oidc-issuer and --trusted-root;"
                    + " one by a key needs --key."
        },
        footer = {"", "Exit status: 0 verified; 1 not verified, or unreadable input; 3 usage error."})
final class TrustBundleCommand implements Callable<Integer> {
    private static final int MAX_BUNDLE = 32 << 20;
    private static final int MAX_ARTIFACT = 512 << 20;

    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE_OR_DIGEST", description = "The signed file, or its digest, as in sha256:HEX.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String artifact;

    @Option(names = "--bundle", paramLabel = "FILE", required = true, description = "The bundle.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path bundle;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private TrustOptions trust;

    TrustBundleCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        try {
            VerifiedBundle verified = verify();
            terminal.out().println("verified: signed by " + verified.signer());
            terminal.out().flush();
            return ExitCode.ACCEPTED;
        } catch (EvidenceException e) {
            terminal.err().println("tallyclerk: not verified: " + e.reason() + ": " + Quoted.printable(Messages.of(e)));
        } catch (IOException e) {
            terminal.err().println("tallyclerk: " + Quoted.printable(Messages.of(e)));
        }
        return ExitCode.REJECTED;
    }

    private VerifiedBundle verify() throws IOException, EvidenceException {
        trust.check(spec);
        if (trust.needsNetwork()) {
            throw Usage.error(spec, "a bundle is verified without any network: give --trusted-root");
        }
        SigstoreBundle parsed = SigstoreBundle.parse(InputFile.read(bundle, MAX_BUNDLE));
        List<TrustedKey> keys = trust.keys();
        Optional<CertificateIdentity> identity = Usage.parsed(spec, trust::certificateIdentity);
        if (keys.isEmpty() && identity.isEmpty()) {
            throw Usage.error(spec, "say who has to have signed: --key or --certificate-identity");
        }
        Optional<TrustedRoot> root = trust.root();
        SigstoreVerifier verifier = SigstoreVerifier.of(root.orElseGet(TrustedRoot::empty))
                .withKeys(keys)
                .withClock(clock)
                .withTimestampEngine(BouncyCastleTimestamps.create())
                .withSignatureEngine(TufActions.engine());
        if (root.isEmpty()) {
            verifier = verifier.withThresholds(
                    SigstoreThresholds.defaults().withLogs(0).withTimes(0).withCertificateLogs(0));
        }
        Optional<Digest> digest = digest();
        VerifiedBundle verified = digest.isPresent()
                ? verifier.verify(parsed, digest.get())
                : verifier.verify(parsed, InputFile.read(Path.of(artifact), MAX_ARTIFACT));
        if (identity.isPresent()) {
            identity.get().check(verified);
        }
        return verified;
    }

    /** {@return the digest that the argument spells, unless there is a file of that name} */
    private Optional<Digest> digest() {
        try {
            if (Files.exists(Path.of(artifact))) {
                return Optional.empty();
            }
            return Optional.of(Digest.parse(artifact));
        } catch (InvalidPathException | MalformedDigestException e) {
            return Optional.empty();
        }
    }
}
