package dev.tallyclerk.command;

import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.benchmark.Benchmark;
import dev.tallyclerk.hardening.benchmark.BenchmarkReport;
import dev.tallyclerk.hardening.compose.ComposeKind;
import dev.tallyclerk.hardening.kubernetes.KubernetesVersion;
import dev.tallyclerk.hardening.report.SourceFiles;
import dev.tallyclerk.hardening.report.TextReporter;
import dev.tallyclerk.hardening.source.SubjectFinder;
import dev.tallyclerk.registry.admission.Admission;
import dev.tallyclerk.registry.audit.files.FileSystemAnalyzer;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tallyclerk audit}: audits files that say how containers are run, images, containers and engines. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Audits Dockerfiles, Compose files, Kubernetes manifests, images with their files, containers, the engine that"
                    + " runs them, its host, and seccomp and AppArmor profiles.",
            "Contacts an engine only for --engine, only to read, and a registry only for an --image in it."
        },
        footer = {
            "",
            "Exit status: 0 accepted; 1 rejected; 2 incomplete: it could not be decided; 3 usage"
                    + " error or unreadable input; 4 registry or network error."
        })
final class AuditCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..*",
            description = "File or folder to audit, or - for standard input. Its content tells what it is: a"
                    + " Dockerfile, a Compose file, a Kubernetes manifest, a container, an engine's daemon.json, a seccomp"
                    + " or AppArmor profile, or the listing of a host."
                    + " Of a folder, all files below it; those of no known kind are listed.")
    private List<String> files = List.of();

    @Option(
            names = "--target",
            paramLabel = "STAGE",
            description = "Stage of Dockerfiles that is shipped, by name or number; default the last.")
    private @Nullable String target;

    @Option(
            names = "--kubernetes-version",
            paramLabel = "VERSION",
            defaultValue = "latest",
            description = "Version of Kubernetes that manifests are for, for example 1.31; default latest.")
    private String kubernetesVersion = "latest";

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ComposeOptions compose;

    @Option(
            names = "--container",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Output of docker inspect or podman inspect, or a HostConfig or request of the Engine"
                    + " API; - for standard input.")
    private List<String> containers = List.of();

    @Option(
            names = "--image",
            paramLabel = "SOURCE",
            arity = "1..*",
            description = {
                "Image to verify and audit with its files: docker://HOST/REPOSITORY[:TAG|@DIGEST], oci:DIR[:REF],"
                        + " oci-archive:FILE[:REF] or docker-archive:FILE[:REF]."
            })
    private List<String> images = List.of();

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private FollowedImages followed;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private AdmissionOptions options;

    @Option(
            names = "--image-document",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Output of docker image inspect or podman image inspect; - for standard input. A request"
                    + " takes its user, health check, variables and command from the image that it names.")
    private List<String> documents = List.of();

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            arity = "0..1",
            fallbackValue = EngineArgument.DEFAULT,
            description = {
                "Engine to audit with its containers and its swarm: running, as unix:///run/docker.sock or"
                        + " tcp://HOST:2376, or a folder with a recording.",
                "Without a value, or as default, the engine of docker: DOCKER_HOST, the current context, or the usual"
                        + " sockets of Docker and Podman. Over TCP, DOCKER_CERT_PATH names the folder with ca.pem,"
                        + " cert.pem and key.pem.",
                "A folder may have what --record writes, and what only its host knows: daemon.json,"
                        + " dockerd-cmdline.txt, environment.txt, getenforce.txt, listeners.txt; see docs/live-engine.md.",
                "Without --container, all containers of the engine are audited."
            })
    private @Nullable String engine;

    @Option(
            names = "--record",
            paramLabel = "DIR",
            description = "Folder to write what the running engine of --engine says into, and to audit; it must not"
                    + " exist, or be empty. Secrets that the rules recognise are not written.")
    private @Nullable Path record;

    @Option(
            names = "--seccomp",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Seccomp profile in the format of Docker or the OCI; - for standard input. Also used for"
                    + " containers that name it by the same path.")
    private List<String> profiles = List.of();

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description =
                    "Name of the engine and of the host; default the engine's address or folder. If given, container"
                            + " names start with it: NAME/CONTAINER.")
    private @Nullable String host;

    @Option(
            names = "--host-files",
            paramLabel = "DIR|FILE",
            description = {
                "Host of an engine, whose files, audit rules, units, mounts and groups are audited: / for this"
                        + " machine, the folder where the disk of another is mounted, or a listing that"
                        + " docs/host-listing.sh has taken on it.",
                "What may not be read is unknown; run as root to know all. Without --engine, the engine that the"
                        + " host's files configure is audited too."
            })
    private @Nullable Path hostFiles;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, json, jsonl (one finding per line), sarif, sarif-all (also findings that pass,"
                    + " are waived or in the baseline, which code hosts show as alerts), junit, github (annotations),"
                    + " gitlab (Code Quality), sonarqube (generic issues), markdown or html; and with --benchmark csv,"
                    + " oscal or xccdf; default text. With --benchmark, text, json, junit, markdown and html are by section"
                    + " too.")
    private ReportFormat format = ReportFormat.TEXT;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private BenchmarkOption benchmark;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ReportFiles reports;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ColourOption colour;

    AuditCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        boolean hasFiles = !files.isEmpty() || !compose.files().isEmpty();
        boolean isOnlyOptions = !hasFiles && images.isEmpty() && containers.isEmpty() && profiles.isEmpty();
        if (isOnlyOptions && engine == null && hostFiles == null) {
            throw Usage.error(
                    spec,
                    documents.isEmpty()
                            ? "nothing to audit: give files or a folder, --image, --container, --engine, --host-files or"
                                    + " --seccomp"
                            : "nothing to audit: --image-document only adds facts to a --container; give an image as"
                                    + " --image SOURCE");
        }
        if (!hasFiles && compose.isGiven()) {
            throw Usage.error(
                    spec,
                    "--env-file, --compose-profile, --project-directory and --stack go with files, a folder or"
                            + " --file");
        }
        refuseToReadTwice();
        options.check();
        Optional<Benchmark> wanted = benchmark.benchmark(spec);
        reports.check(spec, wanted.isPresent());
        if (wanted.isEmpty() && format.needsBenchmark()) {
            throw Usage.error(spec, "--format " + format + " is by section of a benchmark: give --benchmark");
        }
        followed.check(spec);
        if (images.isEmpty() && !followed.isGiven() && options.hasImageOptions()) {
            throw Usage.error(spec, "--name, --artifact and options on trust and signatures go with --image");
        }
        if (record != null && engine == null) {
            throw Usage.error(spec, "--record records a running engine: give --engine too");
        }
        AuditReport report;
        String place = engine;
        EngineArgument chosen =
                place == null ? null : Usage.parsed(spec, () -> EngineArgument.of(place, record, terminal));
        AuditSubjects subjects = new AuditSubjects(terminal.in(), host, chosen);
        AuditFiles found = found();
        List<String> allContainers = new ArrayList<>(containers);
        allContainers.addAll(subjects.add(found.containers()));
        List<String> allProfiles = new ArrayList<>(profiles);
        allProfiles.addAll(subjects.add(found.seccompProfiles()));
        List<String> sources = new ArrayList<>(images);
        sources.addAll(followed.sources(found.subjects()));
        if (sources.size() > 1 && options.hasOptionsForOneImage()) {
            throw Usage.error(spec, "--name and --trust-target are about one image, and there are " + sources.size());
        }
        AuditedImages audited = verified(sources);
        List<Subject> all = new ArrayList<>(audited.subjects());
        try {
            subjects.useAppArmorProfiles(found.subjects());
            all.addAll(subjects.subjects(allContainers, allProfiles, documents));
            found.subjects().stream().map(subjects::withProfiles).forEach(all::add);
            if (hostFiles != null) {
                all.addAll(new AuditedHost(hostFiles, host).subjects(engine == null));
            }
            report = audited(all);
        } catch (IllegalArgumentException e) {
            throw Usage.error(spec, Messages.of(e));
        }
        print(found, report);
        write(report, subjects.files(), BenchmarkOption.report(wanted, report));
        if (format == ReportFormat.JSONL) {
            audited.writeLines(terminal.out());
            terminal.out().flush();
        }
        audited.throwFailure();
        for (String failure : found.failures()) {
            terminal.err().println("tallyclerk: " + Quoted.printable(failure));
        }
        int code = audited.exitCode(report.decision(), terminal.err());
        for (String unknown : followed.unknown()) {
            terminal.err().println("tallyclerk: an image was not followed: " + Quoted.printable(unknown));
            // An image that nobody looked at is not accepted.
            code = code == ExitCode.ACCEPTED ? ExitCode.INCOMPLETE : code;
        }
        return found.failures().isEmpty() ? code : ExitCode.ERROR;
    }

    private AuditFiles found() throws IOException {
        KubernetesVersion kubernetes = Usage.parsed(spec, () -> KubernetesVersion.parse(kubernetesVersion));
        ComposeKind kind = compose.kind(terminal.environment());
        AuditFiles found = new AuditFiles(
                KnownKinds.finder(kubernetes, target, kind), SubjectFinder.of(List.of(kind.asOneProject())));
        Path directory = compose.projectDirectory();
        if (directory != null) {
            found.allow(directory);
        }
        if (!files.isEmpty() || !compose.files().isEmpty()) {
            found.take(files, compose.files(), terminal.in());
        }
        return found;
    }

    /** Standard output of other formats has nothing but the report. */
    private void print(AuditFiles found, AuditReport report) {
        if (!found.isEmpty()) {
            boolean isText = format == ReportFormat.TEXT;
            found.print(
                    report,
                    isText ? terminal.out() : terminal.err(),
                    terminal.style(isText ? colour.mode() : Terminal.ColourMode.NEVER));
        }
    }

    private void refuseToReadTwice() {
        long given = Stream.of(
                        files.stream().distinct(),
                        containers.stream().distinct(),
                        documents.stream(),
                        profiles.stream())
                .flatMap(files -> files)
                .filter(AuditSubjects.STANDARD_INPUT::equals)
                .count();
        if (given > 1) {
            throw Usage.error(spec, "standard input can be read only once: give - once, and files for the rest");
        }
    }

    private AuditedImages verified(List<String> sources) throws IOException {
        FileSystemAnalyzer files = options.analyzer();
        AuditedImages audited = new AuditedImages(files, format == ReportFormat.JSONL);
        if (sources.isEmpty()) {
            return audited;
        }
        List<AdmissionOptions.Request> requests = new ArrayList<>();
        for (ImageLocation location : SourceArguments.parsed(spec, terminal, sources)) {
            requests.add(options.request(location, terminal));
        }
        int parallel = Runtime.getRuntime().availableProcessors();
        ExecutorService threads = Executors.newFixedThreadPool(parallel);
        try {
            Admission admission = options.admission(
                    clock, files, verifier -> audited.looking(verifier).withExecutor(threads, parallel));
            RegistryAccess.Clients clients = options.clients(terminal);
            Admission vouched = options.vouched(admission, terminal, clock, clients);
            for (AdmissionOptions.Request request : requests) {
                audited.add(request.from().toString(), () -> options.check(request, vouched, terminal, clock, clients));
            }
            return audited;
        } finally {
            threads.shutdown();
        }
    }

    private AuditReport audited(List<? extends Subject> subjects) throws IOException {
        PolicyOptions policy = options.policy();
        Auditor auditor = Auditor.of(policy.policy(), KnownRules.ruleSets());
        return policy.withBaseline(auditor).withClock(clock).audit(new ArrayList<>(subjects));
    }

    private void write(AuditReport report, SourceFiles sources, Optional<BenchmarkReport> sections) throws IOException {
        reports.write(report, sources, sections);
        if (format == ReportFormat.TEXT && sections.isEmpty()) {
            TextReporter text = TextReporter.create().withCharset(terminal.charset());
            text.withColour(terminal.colour(colour.mode())).write(report, terminal.out());
        } else {
            format.write(report, sources, sections, terminal.out());
        }
        terminal.out().flush();
    }
}
