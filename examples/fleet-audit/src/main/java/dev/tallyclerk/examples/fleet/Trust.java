package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.hardening.yaml.YamlDocument;
import dev.tallyclerk.registry.admission.FileFingerprint;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.image.SourceCandidate;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleTimestamps;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.policy.SignedByKey;
import dev.tallyclerk.trust.policy.TrustPolicy;
import dev.tallyclerk.trust.policy.TrustPolicyReader;
import dev.tallyclerk.trust.policy.TrustVerifier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who has to have signed the images. Safe for use by several threads. */
final class Trust {
    private static final int MAX_BYTES = 1 << 20;

    private final TrustVerifier verifier;
    private final String version;

    private Trust(TrustVerifier verifier, String version) {
        this.verifier = verifier;
        this.version = version;
    }

    /**
     * {@return what the settings demand, if they do}
     *
     * @throws IOException if a file cannot be read, or the policy names repositories of TUF or Notary: what was trusted
     *     of them before would have to be shared by all that read images
     */
    static Optional<Trust> of(Settings settings) throws IOException {
        String file = settings.trustPolicy();
        if (file == null && settings.keys().isEmpty()) {
            return Optional.empty();
        }
        List<Digest> read = new ArrayList<>();
        TrustPolicy policy = file == null ? signedBy(settings.keys(), read) : policy(Path.of(file), read);
        TrustVerifier verifier = TrustVerifier.of(policy)
                .withClock(Clock.fixed(settings.time(), ZoneOffset.UTC))
                .withTimestampEngine(BouncyCastleTimestamps.create());
        return Optional.of(new Trust(verifier, read.toString()));
    }

    private static TrustPolicy signedBy(List<String> files, List<Digest> read) throws IOException {
        List<TrustedKey> keys = new ArrayList<>();
        for (String file : files) {
            byte[] pem = read(Path.of(file), read);
            try {
                keys.add(TrustedKey.parse(new String(pem, StandardCharsets.UTF_8)));
            } catch (IllegalArgumentException e) {
                throw new IOException(file + ": " + e.getMessage(), e);
            }
        }
        return TrustPolicy.of("command line").withRule("*", SignedByKey.of(keys));
    }

    private static TrustPolicy policy(Path file, List<Digest> read) throws IOException {
        byte[] document = read(file, read);
        Path folder = file.toAbsolutePath().getParent();
        List<IOException> failures = new ArrayList<>();
        TrustPolicyReader reader = TrustPolicyReader.create().withFileListener(named -> {
            try {
                read.add(FileFingerprint.of(named).digest());
            } catch (IOException e) {
                failures.add(e); // the reader mostly fails next, and says at which place of the policy
            }
        });
        TrustPolicyReader inFolder = folder == null ? reader : reader.withFolder(folder);
        TrustPolicy policy;
        try {
            policy = YamlDocument.readNamed(file.toString(), document, MAX_BYTES, inFolder::read);
        } catch (PolicyException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
        return policy;
    }

    private static byte[] read(Path file, List<Digest> read) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(Quoted.quote(file.toString()) + " is a folder, not a file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new IOException(file + " has more than " + MAX_BYTES + " bytes");
            }
            read.add(Digest.sha256Of(content));
            return content;
        } catch (NoSuchFileException e) {
            throw new IOException(file + " does not exist", e);
        }
    }

    /** {@return what is another text if a key, the policy or a file that it names is another} */
    String version() {
        return version;
    }

    /**
     * {@return whether what is attached to an image suffices}
     *
     * @param image its documents, which were verified
     * @param source has what is attached
     * @throws IOException if the source cannot be read
     */
    TrustDecision decide(ImageRecord image, ImageSource source, DocumentLimits limits) throws IOException {
        // The name is not resolved again: it may stand for another image meanwhile.
        try (ImageSource recorded = new RecordedImage(image).withAttachments(source.attachments())) {
            return TrustDecision.of(verifier.vouch(image.reference(), SourceCandidate.of(recorded, limits)));
        }
    }
}
