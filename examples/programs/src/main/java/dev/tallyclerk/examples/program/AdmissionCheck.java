package dev.tallyclerk.examples.program;

import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.hardening.policy.PolicyReader;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.http.jdk.JdkTransport;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.DigestResolver;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.admission.Admission;
import dev.tallyclerk.registry.admission.AdmissionCache;
import dev.tallyclerk.registry.admission.AdmissionResult;
import dev.tallyclerk.registry.audit.ImageRules;
import dev.tallyclerk.registry.auth.CachedCredentials;
import dev.tallyclerk.registry.auth.DockerConfig;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.verify.ImageVerifier;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.image.TufDigestResolver;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.tuf.TufClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * An admission check: may this image run here? It may if its publisher vouches for its digest in TUF metadata, if every
 * byte of it is what that digest promises, and if it passes the rules of a policy.
 *
 * <p>Every other outcome is a refusal with its reasons, a failure to find out included. What is allowed is a digest and
 * never a tag, which may stand for another image by the time that it is pulled.
 *
 * <pre>{@code
 * java -cp examples/programs/target/classes:examples/command/target/tallyclerk.jar \
 *     dev.tallyclerk.examples.program.AdmissionCheck \
 *     registry.example.org/team/app:1.0 policy.json https://tuf.example.org/metadata trusted-metadata
 * }</pre>
 *
 * <p>The folder has the repository's root, which {@code tallyclerk tuf --metadata-dir trusted-metadata init root.json}
 * puts there. The exit status is 0 if the image may run, and 1 otherwise.
 */
public final class AdmissionCheck {
    private final Admission admission;

    /**
     * Makes a check that may be asked any number of times, and takes the image for linux/amd64 from an index.
     *
     * @param policy which rules an image has to pass
     * @param publisher who has to vouch for it
     */
    public AdmissionCheck(Policy policy, DigestResolver publisher, Clock clock) {
        this(policy, publisher, clock, ImageVerifier.create());
    }

    /**
     * Makes a check that may be asked any number of times, of images for one platform.
     *
     * @param policy which rules an image has to pass
     * @param publisher who has to vouch for it
     * @param platform whose image is taken from an index; an image for another one is denied
     */
    public AdmissionCheck(Policy policy, DigestResolver publisher, Clock clock, Platform platform) {
        this(policy, publisher, clock, ImageVerifier.create().withPlatform(platform));
    }

    private AdmissionCheck(Policy policy, DigestResolver publisher, Clock clock, ImageVerifier verifier) {
        this.admission = Admission.of(Auditor.of(policy, ImageRules.ruleSet()).withClock(clock))
                .withVerifier(verifier)
                .withVoucher(publisher)
                .withCache(AdmissionCache.inMemory(1000));
    }

    /**
     * The answer on one image.
     *
     * @param allowed whether it may run
     * @param image what was asked about; if it may run, with the digest by which to pull it
     * @param reasons why, for people, at least one
     */
    public record Answer(boolean allowed, String image, List<String> reasons) {
        static Answer deny(Reference name, List<String> reasons) {
            return new Answer(false, name.toString(), reasons);
        }

        /** {@return the answer in as many lines as it has reasons, and one more} */
        @Override
        public String toString() {
            return (allowed ? "allow " : "deny ") + image + "\n  " + String.join("\n  ", reasons);
        }
    }

    /**
     * Answers on one image.
     *
     * @param source where the image is, not closed
     * @param name by which name it is asked for, and vouched for
     */
    public Answer check(ImageSource source, Reference name) {
        try {
            AdmissionResult result = admission.check(source, name);
            return result.pinned()
                    .map(pinned -> new Answer(
                            true, pinned.toString(), result.decision().because()))
                    .orElseGet(() -> Answer.deny(name, result.decision().because()));
        } catch (DigestResolutionException e) {
            return Answer.deny(name, List.of(e.reason() + ": " + e.getMessage()));
        } catch (IOException e) {
            return Answer.deny(name, List.of("the image could not be read: " + e.getMessage()));
        }
    }

    /**
     * Prints the answer on one image in a registry.
     *
     * @param args the image, the file of the policy, the address of the TUF metadata, the folder of what is trusted,
     *     and the platform unless an index is asked for its image for linux/amd64
     * @throws PolicyException if the file is no policy
     * @throws IOException if the policy cannot be read
     */
    public static void main(String[] args) throws IOException, PolicyException {
        if (args.length != 4 && args.length != 5) {
            System.err.println("usage: AdmissionCheck IMAGE POLICY.json METADATA-URL FOLDER [OS/ARCH[/VARIANT]]");
            System.exit(1);
        }
        Reference name = Reference.parseNormalized(args[0]).withDefaultTag();
        Policy policy = PolicyReader.of(List.of(ImageRules.ruleSet())).read(Files.readAllBytes(Path.of(args[1])));
        HttpSettings http =
                HttpSettings.of(JdkTransport.of(HttpClient.newHttpClient())).withUserAgent("admission-check/1");
        TufClient tuf = TufClient.ofStoredRoot(
                MetadataFetcher.ofUri(URI.create(args[2]), http), MetadataStore.inDirectory(Path.of(args[3])));
        RegistryClient registry = RegistryClient.of(http)
                .withCredentials(CachedCredentials.of(
                        DockerConfig.ofEnvironment(System.getenv()), Duration.ofMinutes(5), Clock.systemUTC()));
        DigestResolver publisher = TufDigestResolver.refreshing(tuf, args[2]);
        AdmissionCheck check = args.length == 4
                ? new AdmissionCheck(policy, publisher, Clock.systemUTC())
                : new AdmissionCheck(policy, publisher, Clock.systemUTC(), Platform.parse(args[4]));
        try (ImageSource source = registry.image(name)) {
            Answer answer = check.check(source, name);
            System.out.println(answer);
            System.exit(answer.allowed() ? 0 : 1);
        }
    }
}
