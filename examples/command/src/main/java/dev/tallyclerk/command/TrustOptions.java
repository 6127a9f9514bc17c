package dev.tallyclerk.command;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.hardening.yaml.YamlDocument;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleTimestamps;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.notary.ContentTrust;
import dev.tallyclerk.trust.policy.Requirement;
import dev.tallyclerk.trust.policy.SignedByKey;
import dev.tallyclerk.trust.policy.TrustPolicy;
import dev.tallyclerk.trust.policy.TrustPolicyReader;
import dev.tallyclerk.trust.policy.TrustVerifier;
import dev.tallyclerk.trust.sigstore.CertificateIdentity;
import dev.tallyclerk.trust.sigstore.TrustedRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Who has to have signed: a policy file, or short forms for one signer. */
final class TrustOptions {
    private static final int MAX_POLICY = 1 << 20;
    private static final int MAX_ROOT = 4 << 20;

    @Option(
            names = "--trust-policy",
            paramLabel = "FILE",
            description = {
                "Who has to have signed which image, in JSON, or in YAML if the name ends in .yaml or .yml;",
                "see docs/trust.md. Also containers' policy.json and Notation's trustpolicy.json."
            })
    private @Nullable Path trustPolicy;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Public key in PEM that has to have signed the image; of several, one is enough.")
    private List<Path> keys = new ArrayList<>();

    @Option(
            names = "--certificate-identity",
            paramLabel = "ID",
            description = "The workflow or person who has to have signed the image, exactly.")
    private @Nullable String identity;

    @Option(
            names = "--certificate-identity-regexp",
            paramLabel = "PATTERN",
            description = "The same as a regular expression, which has to match the whole identity.")
    private @Nullable String identityPattern;

    @Option(
            names = "--certificate-oidc-issuer",
            paramLabel = "URL",
            description = "The identity provider of the signer, exactly.")
    private @Nullable String issuer;

    @Option(
            names = "--trusted-root",
            paramLabel = "FILE",
            description = {
                "Trusted root of the Sigstore instance; with --key, a signature then has to be in one of its logs."
            })
    private @Nullable Path trustedRoot;

    @Option(
            names = "--sigstore-tuf",
            paramLabel = "ROOT.json,URL",
            description = {
                "Take the trusted root from the TUF repository of the Sigstore instance, whose own trusted root is"
                        + " ROOT.json; cached in the user's state folder."
            })
    private @Nullable String sigstoreTuf;

    @Option(
            names = "--content-trust",
            description = "The image's Notary v1 collection has to list its tag, as with DOCKER_CONTENT_TRUST=1: in"
                    + " targets/releases or targets, by the first root that was seen. The server is that of"
                    + " --notary-server or DOCKER_CONTENT_TRUST_SERVER, or the one that Docker asks.")
    private boolean contentTrust;

    @Option(names = "--notary-server", paramLabel = "URL", description = "The Notary v1 server for --content-trust.")
    private @Nullable String notaryServer;

    /** {@return whether the user demands no signature} */
    boolean isEmpty() {
        return trustPolicy == null && keys.isEmpty() && identity == null && identityPattern == null && !contentTrust;
    }

    /** {@return whether the trusted root has to be fetched} */
    boolean needsNetwork() {
        return sigstoreTuf != null;
    }

    /** Refuses options that have no effect alone. */
    void check(CommandSpec spec) {
        if (identity != null && identityPattern != null) {
            throw Usage.error(spec, "give one of --certificate-identity and --certificate-identity-regexp");
        }
        boolean hasIdentity = identity != null || identityPattern != null;
        int ways = (trustPolicy == null ? 0 : 1)
                + (keys.isEmpty() ? 0 : 1)
                + (hasIdentity ? 1 : 0)
                + (contentTrust ? 1 : 0);
        if (ways > 1) {
            throw Usage.error(spec, "give one of --trust-policy, --key, --certificate-identity and --content-trust");
        }
        if (notaryServer != null && !contentTrust) {
            throw Usage.error(spec, "--notary-server goes with --content-trust; a --trust-policy names its servers");
        }
        if (trustedRoot != null && sigstoreTuf != null) {
            throw Usage.error(spec, "give one of --trusted-root and --sigstore-tuf");
        }
        boolean hasRoot = trustedRoot != null || sigstoreTuf != null;
        if (hasIdentity && (issuer == null || !hasRoot)) {
            throw Usage.error(
                    spec,
                    "--certificate-identity needs --certificate-oidc-issuer, and --trusted-root or --sigstore-tuf");
        }
        if (issuer != null && !hasIdentity) {
            throw Usage.error(spec, "--certificate-oidc-issuer goes with --certificate-identity");
        }
        if (hasRoot && keys.isEmpty() && !hasIdentity) {
            throw Usage.error(spec, "--trusted-root and --sigstore-tuf go with --certificate-identity or --key");
        }
    }

    /** {@return the verifier of what the user demands} */
    TrustVerifier verifier(CommandSpec spec, Clock clock, TrustRepositories repositories) throws IOException {
        return TrustVerifier.of(policy(spec, repositories))
                .withClock(clock)
                .withSignatureEngine(TufActions.engine())
                .withRevocation(repositories.clients().revocation(clock))
                .withTimestampEngine(BouncyCastleTimestamps.create());
    }

    /** {@return the policy in the file, or the one that the short forms stand for} */
    TrustPolicy policy(CommandSpec spec, TrustRepositories repositories) throws IOException {
        Path file = trustPolicy;
        if (file != null) {
            return read(file, repositories);
        }
        if (contentTrust) {
            ContentTrust setting = NotaryOptions.contentTrust(spec, notaryServer, repositories.terminal());
            return TrustPolicy.ofContentTrust(setting, repositories);
        }
        TrustPolicy policy = TrustPolicy.of("command line");
        return policy.withRule("*", Usage.parsed(spec, () -> requirement(repositories)));
    }

    private Requirement requirement(TrustRepositories repositories) throws IOException {
        String who = identity != null ? identity : identityPattern;
        String provider = issuer;
        Optional<TrustedRoot> root = sigstoreTuf == null ? root() : Optional.of(repositories.sigstore(sigstoreTuf));
        if (who != null && provider != null && root.isPresent()) {
            return Requirement.sigstore(
                    root.get(),
                    identity != null
                            ? CertificateIdentity.of(who, provider)
                            : CertificateIdentity.matching(who, provider));
        }
        SignedByKey key = SignedByKey.of(keys());
        return root.isPresent() ? key.withLog(root.get()) : key;
    }

    /** {@return the keys that the user gave} */
    List<TrustedKey> keys() throws IOException {
        List<TrustedKey> read = new ArrayList<>();
        for (Path file : keys) {
            read.add(PublicKeyFile.read(file));
        }
        return read;
    }

    /** {@return the trusted root that the user gave} */
    Optional<TrustedRoot> root() throws IOException {
        Path file = trustedRoot;
        if (file == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(TrustedRoot.parse(InputFile.read(file, MAX_ROOT)));
        } catch (EvidenceException e) {
            throw new IOException(file + ": " + Messages.of(e), e);
        }
    }

    /** {@return the identity that the user demands, if one is} */
    Optional<CertificateIdentity> certificateIdentity() {
        String provider = issuer;
        if (provider == null) {
            return Optional.empty();
        }
        return identity != null
                ? Optional.of(CertificateIdentity.of(identity, provider))
                : Optional.ofNullable(identityPattern).map(pattern -> CertificateIdentity.matching(pattern, provider));
    }

    private static TrustPolicy read(Path file, TrustRepositories repositories) throws IOException {
        byte[] document = InputFile.read(file, MAX_POLICY);
        Path folder = file.toAbsolutePath().getParent();
        TrustPolicyReader reader =
                TrustPolicyReader.create().withTuf(repositories).withNotary(repositories);
        TrustPolicyReader inFolder = folder == null ? reader : reader.withFolder(folder);
        try {
            return YamlDocument.readNamed(file.toString(), document, MAX_POLICY, inFolder::read);
        } catch (PolicyException e) {
            throw new IOException(file + ": " + Messages.of(e), e);
        }
    }
}
