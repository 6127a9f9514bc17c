package dev.tallyclerk.examples.fleet.spark;

import dev.tallyclerk.examples.fleet.FleetSources;
import dev.tallyclerk.examples.fleet.Judge;
import dev.tallyclerk.examples.fleet.Registries;
import dev.tallyclerk.examples.fleet.Settings;
import dev.tallyclerk.examples.fleet.Summary;
import dev.tallyclerk.examples.fleet.Verdict;
import dev.tallyclerk.text.Quoted;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line. The master and all else of Spark come from {@code spark-submit} or {@code -Dspark.…}. */
@Command(
        name = "fleet-audit-spark",
        mixinStandardHelpOptions = true,
        description = "Verifies and audits all images of registries, layouts and archives on Apache Spark.")
public final class Main implements Callable<Integer> {
    private static final int ERROR = 3;

    @Parameters(paramLabel = "SOURCE", arity = "1..*", description = "As for fleet-audit.")
    private List<String> sources = List.of();

    @Option(
            names = "--work",
            paramLabel = "URL",
            required = true,
            description = "Folder for Parquet, which all workers reach.")
    private String work = "";

    @Option(names = "--output", paramLabel = "DIR", description = "Folder for the reports; default ${DEFAULT-VALUE}.")
    private Path output = Path.of("fleet-audit");

    @Option(names = "--policy", paramLabel = "FILE", description = "Policy of rules; here and on each worker.")
    private String policy = "";

    @Option(names = "--profile", paramLabel = "PROFILE", description = "L1, L2 or STRICT; default the policy's.")
    private String profile = "";

    @Option(names = "--fail-on", paramLabel = "SEVERITY", description = "Lowest severity that rejects.")
    private String failOn = "";

    @Option(names = "--trust-policy", paramLabel = "FILE", description = "Who has to have signed which image; here and on each worker.")
    private @Nullable String trustPolicy;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Public key of which one has to have signed every image; here and on each worker.")
    private List<String> keys = List.of();

    @Option(names = "--platform", paramLabel = "OS/ARCH", description = "Platform; default linux/amd64.")
    private String platform = "";

    @Option(names = "--plain-http-for", paramLabel = "HOST", description = "Registry that is reached by plain HTTP.")
    private List<String> plainHttp = List.of();

    @Option(
            names = "--max-image-memory",
            paramLabel = "MIB",
            description = "Most memory for the entries of one image, for each task; default ${DEFAULT-VALUE}.")
    private int imageMemory = Settings.DEFAULT_IMAGE_MIB;

    @Option(names = "--parts", paramLabel = "N", description = "Parts of each step; default ${DEFAULT-VALUE}.")
    private int parts = 32;

    private Main() {}

    @Override
    public Integer call() throws IOException {
        Settings settings = new Settings(
                policy,
                profile,
                failOn,
                platform,
                trustPolicy,
                keys,
                plainHttp,
                Settings.mebibytes(imageMemory),
                Clock.systemUTC().instant());
        Judge.of(settings); // a file that cannot be used ends the program here, and not on each worker
        try (Registries registries = Registries.of(plainHttp, System.getenv(), FleetJob.temporary());
                SparkSession spark =
                        SparkSession.builder().appName("fleet-audit").getOrCreate()) {
            FleetJob.Result result =
                    new FleetJob(settings, parts).run(spark, FleetSources.list(sources, registries), work);
            Files.createDirectories(output);
            Summary summary = new Summary();
            Path part = output.resolve("images.jsonl.part");
            try (BufferedWriter lines = Files.newBufferedWriter(part, StandardCharsets.UTF_8)) {
                for (Iterator<Verdict> left = result.verdicts(); left.hasNext(); ) {
                    Verdict verdict = left.next();
                    summary.add(verdict);
                    lines.write(verdict.toJson() + "\n");
                }
            }
            Files.move(part, output.resolve("images.jsonl"), StandardCopyOption.REPLACE_EXISTING);
            Summary.Run run = new Summary.Run(settings.time(), settings.time(), result.hashed(), result.leftOut());
            summary.write(output, run, System.out);
            return summary.exitStatus();
        }
    }

    /**
     * Runs the program.
     *
     * @param args the sources and options
     */
    public static void main(String[] args) {
        int status = ERROR;
        try {
            status = new CommandLine(new Main())
                    .setExecutionExceptionHandler((e, command, given) -> {
                        System.err.println("fleet-audit-spark: " + Quoted.printable(String.valueOf(e.getMessage())));
                        return ERROR;
                    })
                    .execute(args);
        } catch (Error e) {
            // Java itself would exit with 1, which means that an image is rejected.
            System.err.println("fleet-audit-spark: " + Quoted.printable(e.toString()));
        }
        System.exit(status);
    }
}
