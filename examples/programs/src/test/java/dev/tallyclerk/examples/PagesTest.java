package dev.tallyclerk.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.examples.Samples.Sample;
import dev.tallyclerk.testing.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles the samples of the pages for embedders, runs those that need nothing else, and checks the navigation. */
class PagesTest {
    /** Pages whose samples run, and those whose samples need a registry, an engine or files. */
    static final List<String> RUN = List.of("docs/own-rules.md", "docs/embed-in.md", "docs/compose.md");

    static final List<String> COMPILED = List.of(
            "docs/from-jib-core.md",
            "docs/from-oras-java.md",
            "docs/from-docker-java.md",
            "docs/from-sigstore-java.md");

    /** Samples of other libraries, which a test of the benchmarks compiles. */
    private static final Set<String> OTHER_LIBRARIES = Set.of("jib-core", "oras-java", "sigstore-java");

    private static final String EVENT =
            "metrics.on(new ProxyEvent(ProxyEvent.Kind.HIT, ProxyEvent.Content.BLOB, \"docker.io\", 0, 7, \"x\", \"\"));\n";

    private static final String READER = """
            var reader = io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader.create();
            io.opentelemetry.sdk.OpenTelemetrySdk.builder()
                    .setMeterProvider(io.opentelemetry.sdk.metrics.SdkMeterProvider.builder()
                            .registerMetricReader(reader)
                            .build())
                    .buildAndRegisterGlobal();
            """;

    @TempDir
    Path folder;

    private static List<Sample> ours(List<String> pages) throws IOException {
        List<Sample> samples = new ArrayList<>();
        for (String page : pages) {
            Samples.of(page, "java").stream()
                    .filter(sample -> !OTHER_LIBRARIES.contains(sample.label()))
                    .forEach(samples::add);
        }
        return samples;
    }

    /** {@return a sample with what shows that it does something} */
    private static String shown(Sample sample) {
        return switch (sample.label()) {
            case "Micrometer" ->
                sample.code() + EVENT
                        + "meters.getMeters().stream()"
                        + ".map(meter -> meter.getId().getName() + \" \" + meter.measure().iterator().next().getValue())"
                        + ".sorted().forEach(System.out::println);\n";
            case "OpenTelemetry" ->
                READER + sample.code() + EVENT
                        + "reader.collectAllMetrics().stream()"
                        + ".map(data -> data.getName() + \" \""
                        + " + data.getLongSumData().getPoints().iterator().next().getValue())"
                        + ".sorted().forEach(System.out::println);\n";
            default -> sample.code();
        };
    }

    @Test
    void everySampleCompilesAndThoseOfRecipesPrintWhatIsExpected() throws IOException, InterruptedException {
        List<Sample> running = ours(RUN);
        List<String> bodies = running.stream().map(PagesTest::shown).collect(Collectors.toCollection(ArrayList::new));
        ours(COMPILED).forEach(sample -> bodies.add(sample.code()));
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < running.size(); i++) {
            all.append("System.out.println(\"-- ").append(i).append("\");\n");
            all.append("Sample").append(i).append(".main(args);\n");
        }
        bodies.add(all.toString());
        Samples.compile(
                folder,
                bodies,
                "dev.tallyclerk.hardening.compose.*",
                "dev.tallyclerk.hardening.source.*",
                "io.micrometer.core.instrument.Tags",
                "io.micrometer.core.instrument.simple.SimpleMeterRegistry",
                "io.opentelemetry.api.GlobalOpenTelemetry",
                "io.opentelemetry.api.common.*",
                "io.opentelemetry.api.metrics.*");

        assertEquals(
                """
                -- 0
                ACME-001 FAIL
                -- 1
                image an image FAIL
                image nothing UNKNOWN
                -- 2
                190
                -- 3
                accepted oci:examples/images/hello:1.0: no rule of severity HIGH or above failed or is undecided
                refused oci:examples/images/hello-tampered:1.0: layer 2: DIGEST_MISMATCH: content of 196 bytes is \
                sha256:bc9b2e80e5ed66916dedd425865110c8497a2ae3477342a5271e8921d0fd2b64, not \
                sha256:308f3b843ee9f418baae68aa4ddb78ba1460c083acf13361e7838b4fdae6a4aa
                -- 4
                true true
                -- 5
                tallyclerk.proxy.bytes 7.0
                tallyclerk.proxy.events 1.0
                -- 6
                tallyclerk.proxy.bytes 7
                tallyclerk.proxy.events 1
                -- 7
                -- 8
                compose-service shop/web: RUN-001 (CRITICAL) FAIL at shop/compose.yaml:2:61: the container is privileged
                """,
                // Micrometer's logging facade says that nothing takes its log.
                Samples.run(folder, "Sample" + (bodies.size() - 1)).replaceAll("SLF4J.*\n", ""));
    }

    /** VitePress checks the links in pages, and not those of its configuration. */
    @Test
    void theNavigationOfTheSiteLeadsToPagesAndLeavesNoneOut() throws IOException {
        Path root = ProjectFiles.root();
        Set<String> linked = new TreeSet<>();
        Matcher page = Pattern.compile("page\\('[^']*', '([^']*)'\\)")
                .matcher(Files.readString(root.resolve("docs/.vitepress/config.mjs")));
        while (page.find()) {
            assertTrue(Files.exists(root.resolve(page.group(1))), page.group(1));
            linked.add(page.group(1));
        }
        Set<String> pages = new TreeSet<>();
        for (Path each : ProjectFiles.endingIn(root.resolve("docs"), ".md")) {
            pages.add(root.relativize(each).toString());
        }
        pages.removeAll(linked);
        assertEquals(Set.of(), pages);
    }
}
