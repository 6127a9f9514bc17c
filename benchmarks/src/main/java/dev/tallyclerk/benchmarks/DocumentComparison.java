package dev.tallyclerk.benchmarks;

import com.google.cloud.tools.jib.image.json.ContainerConfigurationTemplate;
import com.google.cloud.tools.jib.image.json.OciIndexTemplate;
import com.google.cloud.tools.jib.image.json.OciManifestTemplate;
import com.google.cloud.tools.jib.image.json.V22ManifestListTemplate;
import com.google.cloud.tools.jib.image.json.V22ManifestTemplate;
import com.google.cloud.tools.jib.json.JsonTemplate;
import com.google.cloud.tools.jib.json.JsonTemplateMapper;
import dev.tallyclerk.benchmarks.Comparison.Work;
import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.HistoryEntry;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.MediaType;
import dev.tallyclerk.registry.model.Platform;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import land.oras.Index;

/**
 * Parses manifests, indexes and image configurations strictly, keeping their bytes, against the parsers of jib-core and
 * oras-java, which bind them with Jackson and check little.
 *
 * <p>Arguments: none, or a folder for the tables and the chart, and a name for their files.
 */
public final class DocumentComparison {
    private static final int LAYERS = 127;
    private static final int LARGEST = 4 << 20;
    private static final int SETTLING = 50;
    private static final long MOST_RUNS = 30_000;
    private static final DocumentLimits LIMITS = DocumentLimits.defaults();

    private DocumentComparison() {}

    /** Runs all comparisons and prints, or writes, the tables. */
    public static void main(String[] args) throws Exception {
        Comparison comparison = new Comparison(Effort.FULL);
        run(comparison);
        comparison.report(args);
    }

    static void run(Comparison comparison) throws Exception {
        comparison.section("A manifest of " + LAYERS + " layers");
        byte[] oci = manifest(MediaType.OCI_MANIFEST);
        byte[] docker = manifest(MediaType.DOCKER_MANIFEST);
        compare(comparison, "OCI : jib-core", parse(oci, MediaType.OCI_MANIFEST), jib(oci, OciManifestTemplate.class));
        compare(comparison, "OCI : oras-java", parse(oci, MediaType.OCI_MANIFEST), orasManifest(oci));
        compare(
                comparison,
                "Docker : jib-core",
                parse(docker, MediaType.DOCKER_MANIFEST),
                jib(docker, V22ManifestTemplate.class));
        compare(comparison, "Docker : oras-java", parse(docker, MediaType.DOCKER_MANIFEST), orasManifest(docker));
        comparison.section("An index of 4 MiB, a list of 10,000 manifests");
        byte[] index = index(MediaType.OCI_INDEX, comparison.effort());
        byte[] list = index(MediaType.DOCKER_MANIFEST_LIST, comparison.effort());
        comparison.fact("bytes", index.length + " and " + list.length);
        compare(comparison, "OCI : jib-core", parse(index, MediaType.OCI_INDEX), jib(index, OciIndexTemplate.class));
        compare(comparison, "OCI : oras-java", parse(index, MediaType.OCI_INDEX), orasIndex(index));
        compare(
                comparison,
                "Docker : jib-core",
                parse(list, MediaType.DOCKER_MANIFEST_LIST),
                jib(list, V22ManifestListTemplate.class));
        compare(comparison, "Docker : oras-java", parse(list, MediaType.DOCKER_MANIFEST_LIST), orasIndex(list));
        comparison.section("A configuration of " + LAYERS + " layers");
        byte[] config = config();
        compare(
                comparison,
                "configuration : jib-core",
                () -> ImageConfig.parse(config, LIMITS).history().size(),
                () -> JsonTemplateMapper.readJson(config, ContainerConfigurationTemplate.class)
                        .getLayerCount());
    }

    /** Warms both up first, for long: data binding by reflection is compiled late. */
    private static void compare(Comparison comparison, String name, Work subject, Work yardstick) throws Exception {
        for (Work work : List.of(subject, yardstick)) {
            long runs = Math.max(1, (long) (comparison.effort().roundNanos() * SETTLING / comparison.time(work, 1)));
            comparison.time(work, Math.min(runs, MOST_RUNS));
        }
        comparison.add(name, 1, subject, yardstick);
    }

    private static Work parse(byte[] document, String mediaType) {
        return () -> Manifest.parse(document, mediaType, LIMITS)
                .<Integer>fold(
                        manifest -> manifest.layers().size(),
                        index -> index.manifests().size(),
                        schema1 -> schema1.layers().size());
    }

    private static <T extends JsonTemplate> Work jib(byte[] document, Class<T> type) {
        return () -> JsonTemplateMapper.readJson(document, type).hashCode();
    }

    /** Its parser takes a string only, so decoding is not measured. */
    private static Work orasManifest(byte[] document) {
        String text = new String(document, StandardCharsets.UTF_8);
        return () -> land.oras.Manifest.fromJson(text).getLayers().size();
    }

    private static Work orasIndex(byte[] document) {
        String text = new String(document, StandardCharsets.UTF_8);
        return () -> Index.fromJson(text).getManifests().size();
    }

    private static Digest digest(int number) {
        return Digest.sha256Of(new byte[] {(byte) number, (byte) (number >> 8)});
    }

    private static byte[] manifest(String mediaType) {
        boolean oci = mediaType.equals(MediaType.OCI_MANIFEST);
        String config = oci ? MediaType.OCI_CONFIG : MediaType.DOCKER_CONFIG;
        String layer = oci
                ? "application/vnd.oci.image.layer.v1.tar+gzip"
                : "application/vnd.docker.image.rootfs.diff.tar.gzip";
        ImageManifest.Builder builder =
                ImageManifest.builder(Descriptor.of(config, digest(0), 12_345)).mediaType(mediaType);
        for (int i = 1; i <= LAYERS; i++) {
            builder.layer(Descriptor.of(layer, digest(i), 1_000_003L * i));
        }
        return builder.build().bytes();
    }

    /** An index of the highest allowed size, in bytes or in descriptors. */
    private static byte[] index(String mediaType, Effort effort) {
        boolean oci = mediaType.equals(MediaType.OCI_INDEX);
        int size = effort.equals(Effort.SMOKE) ? LARGEST / 1024 : LARGEST;
        ImageIndex.Builder builder = ImageIndex.builder().mediaType(mediaType);
        int left = size - builder.build().size();
        for (int i = 0; i < LIMITS.maxDescriptors(); i++) {
            Descriptor entry = oci ? ociEntry(i) : dockerEntry(i);
            int more = ImageIndex.builder().manifest(entry).build().size()
                    - ImageIndex.builder().build().size()
                    + 1;
            if (more > left) {
                break;
            }
            builder.manifest(entry);
            left -= more;
        }
        return builder.build().bytes();
    }

    private static Descriptor ociEntry(int number) {
        return Descriptor.of(MediaType.OCI_MANIFEST, digest(number), 1234)
                .withPlatform(Platform.of("linux", "arm64", "v8"))
                .withAnnotations(Map.of(
                        "org.opencontainers.image.created", "2026-11-25T00:00:00Z",
                        "org.opencontainers.image.ref.name", "registry.example/team/project/component:1.24.0-rc.1",
                        "vnd.docker.reference.type", "attestation-manifest"));
    }

    /** Has only the fields that jib-core accepts here: it refuses annotations and variants. */
    private static Descriptor dockerEntry(int number) {
        return Descriptor.of(MediaType.DOCKER_MANIFEST, digest(number), 1234)
                .withPlatform(Platform.of("linux", "arm64"));
    }

    private static byte[] config() {
        Instant created = Instant.parse("2026-11-25T00:00:00.123456789Z");
        ImageConfig.Builder builder = ImageConfig.builder(Platform.of("linux", "amd64"))
                .created(created)
                .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
                .workingDir("/home");
        for (int i = 0; i < LAYERS; i++) {
            builder.layer(digest(i));
            builder.history(HistoryEntry.of("RUN /bin/sh -c apt-get install --yes package-" + i + " # buildkit")
                    .withComment("buildkit.dockerfile.v0")
                    .withCreated(created));
        }
        return builder.build().bytes();
    }
}
