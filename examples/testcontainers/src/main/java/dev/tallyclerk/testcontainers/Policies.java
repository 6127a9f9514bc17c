package dev.tallyclerk.testcontainers;

import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.hardening.policy.PolicyReader;
import dev.tallyclerk.hardening.yaml.YamlDocument;
import dev.tallyclerk.hardening.yaml.YamlPolicyReader;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.admission.Admission;
import dev.tallyclerk.registry.admission.AdmissionResult;
import dev.tallyclerk.registry.admission.AllRules;
import dev.tallyclerk.registry.auth.EnvironmentCredentials;
import dev.tallyclerk.registry.client.RegistryAuthenticator;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleOcsp;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleTimestamps;
import dev.tallyclerk.trust.policy.RepositoryAccess;
import dev.tallyclerk.trust.policy.TrustPolicy;
import dev.tallyclerk.trust.policy.TrustPolicyReader;
import dev.tallyclerk.trust.policy.TrustVerifier;
import dev.tallyclerk.trust.revocation.HttpRevocation;
import dev.tallyclerk.trust.store.StoreFolders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;

/** The policy files of a project, at least one, and the decision by them. */
final class Policies {
    private static final int MAX_TRUST = 1 << 20;

    private final Optional<Path> policy;
    private final Optional<Path> trust;
    private final Path store;

    private Policies(Optional<Path> policy, Optional<Path> trust, Path store) {
        this.policy = policy;
        this.trust = trust;
        this.store = store;
    }

    /**
     * {@return the policies}
     *
     * @param folder the folder of the project, for messages
     * @throws IOException if there is none, because then nobody has said which images are allowed, or one is missing
     */
    static Policies in(Path folder, Optional<Path> policy, Optional<Path> trust, Path store) throws IOException {
        if (policy.isEmpty() && trust.isEmpty()) {
            throw new IOException("there is no policy: write tallyclerk-policy.yaml or tallyclerk-trust.yaml in "
                    + folder + ", or set tallyclerk.policy or tallyclerk.trust");
        }
        Policies policies = new Policies(policy, trust, store);
        for (Path file : policies.files()) {
            if (!Files.exists(file)) {
                throw new IOException("no such file: " + file);
            }
        }
        return policies;
    }

    List<Path> files() {
        return Stream.of(policy, trust).flatMap(Optional::stream).toList();
    }

    /**
     * Decides on an image in a registry.
     *
     * @param fileListener told the files that the trust policy names
     */
    AdmissionResult decide(Reference name, String platform, Consumer<Path> fileListener) throws IOException {
        HttpSettings http =
                HttpSettings.of(OkHttpTransport.of(new OkHttpClient())).withUserAgent("tallyclerk-testcontainers");
        EnvironmentCredentials logins = EnvironmentCredentials.of(System.getenv());
        RegistryClient registry = RegistryClient.of(http).withCredentials(logins);
        Admission admission =
                Admission.of(policy()).withVerifier(ImageVerifier.create().withPlatform(Platform.parse(platform)));
        if (trust.isPresent()) {
            RepositoryAccess repositories = RepositoryAccess.of(http, StoreFolders.in(store.resolve("trust")))
                    .withArtifacts(registry::artifact)
                    .withLogins((host, repository) -> RegistryAuthenticator.of(host, repository, logins, http));
            admission = admission.withVoucher(TrustVerifier.of(trust(trust.get(), repositories, fileListener))
                    .withRevocation(HttpRevocation.of(http).withOcsp(BouncyCastleOcsp.create()))
                    .withTimestampEngine(BouncyCastleTimestamps.create()));
        }
        try (ImageSource source = registry.image(name)) {
            return admission.check(source, name);
        }
    }

    private Policy policy() throws IOException {
        if (policy.isEmpty()) {
            return Policy.defaults();
        }
        Path file = policy.get();
        PolicyReader reader = PolicyReader.of(AllRules.ruleSets());
        byte[] document = read(file, reader.maxBytes());
        try {
            return YamlPolicyReader.of(reader).readNamed(file.toString(), document);
        } catch (PolicyException e) {
            throw new IOException(file + ": " + e.reason() + ": " + e.getMessage(), e);
        }
    }

    private static TrustPolicy trust(Path file, RepositoryAccess repositories, Consumer<Path> fileListener)
            throws IOException {
        byte[] document = read(file, MAX_TRUST);
        Path folder = file.toAbsolutePath().getParent();
        TrustPolicyReader reader = TrustPolicyReader.create()
                .withTuf(repositories)
                .withNotary(repositories)
                .withFileListener(fileListener);
        TrustPolicyReader inFolder = folder == null ? reader : reader.withFolder(folder);
        try {
            return YamlDocument.readNamed(file.toString(), document, MAX_TRUST, inFolder::read);
        } catch (PolicyException e) {
            throw new IOException(file + ": " + e.reason() + ": " + e.getMessage(), e);
        }
    }

    private static byte[] read(Path file, int maxBytes) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(maxBytes + 1);
        }
    }

    /** {@return the names of the files, for messages} */
    @Override
    public String toString() {
        return files().stream().map(Path::toString).collect(Collectors.joining(" and "));
    }
}
