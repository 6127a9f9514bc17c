package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.compose.Item.Members;
import dev.tallyclerk.hardening.compose.Item.Text;
import dev.tallyclerk.hardening.container.ContainerReader;
import dev.tallyclerk.hardening.container.ContainerSubject;
import dev.tallyclerk.hardening.container.model.ExecRecord;
import dev.tallyclerk.hardening.container.model.ImageDefaults;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import dev.tallyclerk.hardening.source.Recognition;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.source.SubjectFile;
import dev.tallyclerk.hardening.source.SubjectKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compose files, which {@code docker compose} and {@code docker stack deploy} read.
 *
 * <p>Of the documents of an audit, {@code compose.yaml} and {@code compose.override.yaml} of one folder are one project
 * (or {@code docker-compose.yml} and its override), as without {@code -f}; every other file is a project of its own,
 * unless another one includes it. {@link #asOneProject} makes one project of any files. A file {@code .env}, and the
 * files of {@code extends}, {@code include} and {@code env_file}, come from the {@link SourceContext}.
 *
 * <p>The variables of the caller are given by {@link #withEnvironment}. A variable without value and default, a remote
 * file and a file that is not given make what depends on them unknown. A project may have 100 files, 1,000 services,
 * 40,000 values and 4,194,304 characters after interpolation. Immutable.
 */
public final class ComposeKind implements SubjectKind {
    private static final int MAX_SERVICES = 1_000;

    /** The number of characters before the path in {@code seccomp=PATH} and {@code seccomp:PATH}. */
    private static final int SECCOMP = "seccomp=".length();

    private static final List<String> BASES =
            List.of("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml");
    private static final List<String> OVERRIDES = List.of(
            "compose.override.yml",
            "compose.override.yaml",
            "docker-compose.override.yml",
            "docker-compose.override.yaml");

    /** What an image sets is not known, and its own variables are judged with the image. */
    private static final ImageDefaults IMAGE = new ImageDefaults(
            unknown(),
            Fact.defaulted(
                    List.of(), "the variables of an image are judged with the image", new Location.Whole("image")),
            unknown(),
            unknown(),
            unknown(),
            unknown());

    private final ComposeSettings settings;

    private ComposeKind(ComposeSettings settings) {
        this.settings = settings;
    }

    private static <T> Fact<T> unknown() {
        return Fact.missing(MissingValue.Reason.SOURCE_NOT_PROVIDED, "the image was not given");
    }

    /** {@return the kind, without variables of the caller} */
    public static ComposeKind create() {
        return new ComposeKind(ComposeSettings.defaults());
    }

    /**
     * {@return this kind with the variables of the caller, which go before those of files}
     *
     * @param environment the variables, for example {@link System#getenv()}
     */
    public ComposeKind withEnvironment(Map<String, String> environment) {
        return new ComposeKind(settings.withEnvironment(environment));
    }

    /**
     * {@return this kind with files of variables, instead of {@code .env}}
     *
     * @param environmentFiles the files in order; a later one goes before an earlier one
     */
    public ComposeKind withEnvironmentFiles(List<SourceDocument> environmentFiles) {
        return new ComposeKind(settings.withEnvironmentFiles(environmentFiles));
    }

    /**
     * {@return this kind for some profiles}
     *
     * @param profiles the profiles whose services are judged, besides the services without a profile; empty for all
     *     services, because those of an inactive profile can be started all the same
     */
    public ComposeKind withProfiles(Set<String> profiles) {
        return new ComposeKind(settings.withProfiles(profiles));
    }

    /**
     * {@return this kind with another folder for relative paths and {@code .env}}
     *
     * @param projectFolder the folder, in the form of the names of documents; by default that of the first file
     */
    public ComposeKind withProjectFolder(String projectFolder) {
        return new ComposeKind(settings.withProjectFolder(Objects.requireNonNull(projectFolder, "projectFolder")));
    }

    /**
     * {@return this kind for files that {@code docker stack deploy} of Docker 20.10 or later reads}
     *
     * <p>Services are judged as a swarm runs them: without what it ignores, such as {@code privileged},
     * {@code security_opt} and {@code network_mode}, and restarted always unless {@code deploy} says otherwise. CMP-010
     * reports what it refuses, such as {@code mem_limit}, and {@code .env} is not read.
     */
    public ComposeKind asStack() {
        return new ComposeKind(settings.asStack());
    }

    /**
     * {@return this kind for documents that are one project, whatever their names are}
     *
     * <p>They are merged in order, as with several {@code -f}.
     */
    public ComposeKind asOneProject() {
        return new ComposeKind(settings.asOneProject());
    }

    @Override
    public String name() {
        return "compose";
    }

    @Override
    public String title() {
        return "Compose file";
    }

    @Override
    public Recognition recognise(SourceDocument document) {
        return settings.isOneProject() || ComposeScan.isCompose(document) ? Recognition.CERTAIN : Recognition.NONE;
    }

    /** {@return the services of one file, and what the project itself is judged by} */
    @Override
    public List<Subject> read(SourceDocument document, SourceContext context) throws MalformedSubjectException {
        return project(List.of(document), context).subjects();
    }

    @Override
    public List<SubjectFile> readAll(List<SourceDocument> documents, SourceContext context) {
        if (documents.isEmpty()) {
            return List.of();
        }
        Map<SourceDocument, SubjectFile> files = new HashMap<>();
        Map<String, SourceDocument> includedBy = new HashMap<>();
        Map<String, Integer> names = new HashMap<>();
        for (List<SourceDocument> group : settings.isOneProject() ? List.of(documents) : groups(documents)) {
            SourceDocument first = group.get(0);
            SourceDocument by = includedBy.get(Paths.normal(first.name()));
            if (by != null && group.size() == 1) {
                files.put(first, SubjectFile.read(first, List.of()).withNote("included by " + by.name()));
                continue;
            }
            try {
                Project project = project(group, context).apart(names, first);
                files.put(first, project.file(first, settings));
                project.included().forEach(name -> includedBy.putIfAbsent(Paths.normal(name), first));
            } catch (MalformedSubjectException e) {
                files.put(first, SubjectFile.malformed(first, e));
            }
            for (SourceDocument other : group.subList(1, group.size())) {
                files.put(other, SubjectFile.read(other, List.of()).withNote("merged into " + first.name()));
            }
        }
        return documents.stream().map(files::get).toList();
    }

    /** {@return the documents by project; those that have a name that Compose looks for first} */
    private static List<List<SourceDocument>> groups(List<SourceDocument> documents) {
        Map<String, Map<String, SourceDocument>> byFolder = new TreeMap<>();
        for (SourceDocument document : documents) {
            String name = document.name().replace('\\', '/');
            byFolder.computeIfAbsent(Paths.folder(name), folder -> new HashMap<>())
                    .putIfAbsent(name.substring(name.lastIndexOf('/') + 1), document);
        }
        Map<SourceDocument, List<SourceDocument>> groups = new LinkedHashMap<>();
        for (Map<String, SourceDocument> folder : byFolder.values()) {
            SourceDocument base = first(BASES, folder);
            SourceDocument override = first(OVERRIDES, folder);
            if (base != null) {
                groups.put(base, override == null ? List.of(base) : List.of(base, override));
            }
        }
        List<List<SourceDocument>> all = new ArrayList<>(groups.values());
        List<SourceDocument> used = all.stream().flatMap(List::stream).toList();
        for (SourceDocument document : documents) {
            if (!used.contains(document)) {
                all.add(List.of(document));
            }
        }
        return all;
    }

    private static @Nullable SourceDocument first(List<String> names, Map<String, SourceDocument> folder) {
        return names.stream()
                .map(folder::get)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** A project with its subjects. */
    private record Project(ComposeProject project, List<ComposeService> services, Set<String> included) {
        List<Subject> subjects() {
            List<Subject> all = new ArrayList<>();
            all.add(project);
            all.addAll(services);
            return all;
        }

        /** Tells services of the same name apart, by their file. */
        Project apart(Map<String, Integer> names, SourceDocument file) {
            List<ComposeService> apart = new ArrayList<>();
            for (ComposeService service : services) {
                boolean isFirst = names.merge(service.ref().toString(), 1, Integer::sum) == 1;
                apart.add(isFirst ? service : service.withName(service.ref().name() + " in " + file.name()));
            }
            boolean isFirst = names.merge(project.ref().toString(), 1, Integer::sum) == 1;
            return new Project(
                    isFirst ? project : project.withName(project.ref().name() + " in " + file.name()), apart, included);
        }

        SubjectFile file(SourceDocument first, ComposeSettings settings) {
            SubjectFile file = SubjectFile.read(first, subjects());
            List<String> others = project.files().stream()
                    .filter(name -> !name.equals(first.name()))
                    .toList();
            if (!others.isEmpty()) {
                file = file.withNote("with " + String.join(", ", others));
            }
            for (Elsewhere remote : project.findings().remotes()) {
                file = file.withNote("not read, remote: " + remote.name());
            }
            for (Elsewhere missing : project.findings().unread()) {
                file = file.withNote("not read: " + missing.name());
            }
            if (!project.findings().ignored().isEmpty()) {
                file = file.withNote("ignored by docker stack deploy: "
                        + String.join(", ", project.findings().ignored()));
            }
            int odd = project.findings().odd().size();
            if (odd > 0) {
                file = file.withNote(odd + (odd == 1 ? " key is" : " keys are") + " unknown or obsolete");
            }
            List<String> profiles = services.stream()
                    .flatMap(service -> service.profiles().stream())
                    .distinct()
                    .toList();
            if (!profiles.isEmpty() && settings.profiles().isEmpty()) {
                file = file.withNote("with the profiles " + String.join(", ", profiles));
            }
            return file;
        }
    }

    private Project project(List<SourceDocument> documents, SourceContext context) throws MalformedSubjectException {
        ProjectReader reader = new ProjectReader(settings, context);
        Members model = reader.read(documents);
        String name = projectName(model, documents.get(0));
        ComposeProject project =
                new ComposeProject(name.isEmpty() ? documents.get(0).name() : name, model, reader.findings());
        ProjectEnvironment environment = environment(reader, name.isEmpty() ? "project" : name);
        List<ComposeService> services = new ArrayList<>();
        Map<String, Item> all = model.mapping("services").map(Members::members).orElse(Map.of());
        if (all.size() > MAX_SERVICES) {
            throw new MalformedSubjectException(
                    MalformedSubjectException.Reason.LIMIT_EXCEEDED,
                    model.at(),
                    all.size() + " services; " + MAX_SERVICES + " are allowed");
        }
        for (Map.Entry<String, Item> entry : all.entrySet()) {
            if (entry.getValue() instanceof Members service && isJudged(service)) {
                services.add(service(name, entry.getKey(), service, project, environment, context));
            }
        }
        return new Project(project, services, reader.included());
    }

    private boolean isJudged(Members service) {
        List<String> profiles =
                service.elements("profiles").stream().map(Item::textOf).toList();
        return settings.profiles().isEmpty()
                || profiles.isEmpty()
                || settings.profiles().contains("*")
                || profiles.stream().anyMatch(settings.profiles()::contains);
    }

    private String projectName(Members model, SourceDocument first) {
        Optional<String> ofCaller = Optional.ofNullable(settings.environment().get("COMPOSE_PROJECT_NAME"));
        String stated = ofCaller.or(
                        () -> model.text("name").filter(text -> !text.isUnset()).map(Text::text))
                .orElse("");
        String folder = settings.projectFolder() == null ? Paths.folder(first.name()) : settings.projectFolder();
        String last = folder.substring(folder.lastIndexOf('/') + 1);
        return stated.isBlank() ? last.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "") : stated;
    }

    private static ComposeService service(
            String projectName,
            String name,
            Members service,
            ComposeProject project,
            ProjectEnvironment environment,
            SourceContext context)
            throws MalformedSubjectException {
        Translation translation = Translation.of(name, service, project.model(), environment);
        ContainerSubject container;
        try {
            container = ContainerReader.create()
                    .read(translation.request())
                    .get(0)
                    .withName(name)
                    .withImageDefaults(defaults(name, project))
                    .withSeccompProfiles(seccompProfiles(service, environment, context));
            List<ExecRecord> hooks = hooks(name, service);
            container = hooks.isEmpty() ? container : container.withExecs(hooks);
        } catch (MalformedSubjectException e) {
            MalformedSubjectException located = new MalformedSubjectException(
                    e.reason(), service.at(), "the service cannot be judged: " + e.getMessage());
            located.initCause(e);
            throw located;
        }
        SubjectRef ref = SubjectRef.of(ComposeService.KIND, projectName.isEmpty() ? name : projectName + "/" + name);
        String profiles = String.join(
                ",", service.elements("profiles").stream().map(Item::textOf).toList());
        if (!profiles.isEmpty()) {
            ref = ref.withLabel("profiles", profiles);
        }
        Optional<Text> image = service.text("image")
                .filter(text -> !text.isUnset() && !text.text().isBlank());
        if (image.isPresent()) {
            ref = ref.withLabel("image", image.get().text());
        }
        return new ComposeService(ref, name, service, project, translation, container);
    }

    /** {@return the seccomp profiles that the service names and that can be read, under the paths that it names} */
    private static List<SeccompSubject> seccompProfiles(
            Members service, ProjectEnvironment environment, SourceContext context) {
        List<SeccompSubject> profiles = new ArrayList<>();
        for (Item option : service.elements("security_opt")) {
            String text = Item.textOf(option);
            boolean isProfile = option instanceof Text && text.startsWith("seccomp") && text.length() > SECCOMP;
            String path = isProfile ? text.substring(SECCOMP) : "";
            if (path.isBlank() || path.startsWith("{") || path.equals("unconfined") || path.equals("builtin")) {
                continue;
            }
            Optional<SourceDocument> file = context.file(Paths.join(environment.folderOf(option), path));
            if (file.isPresent()) {
                try {
                    profiles.add(SeccompSubject.parse(path, file.get().content(), context.limits()));
                } catch (MalformedSubjectException e) {
                    // Without a profile the rules say that it was not given.
                }
            }
        }
        return profiles;
    }

    /** {@return what an image gives; a file of variables that was not read may set any variable as well} */
    private static ImageDefaults defaults(String service, ComposeProject project) {
        return project.findings().unread().stream()
                .filter(file -> file.service().equals(service))
                .findFirst()
                .map(file -> new ImageDefaults(
                        unknown(),
                        Fact.missing(
                                MissingValue.Reason.SOURCE_NOT_PROVIDED,
                                "the file " + file.name() + " was not read",
                                file.at()),
                        unknown(),
                        unknown(),
                        unknown(),
                        unknown()))
                .orElse(IMAGE);
    }

    /** {@return the commands that Compose executes in the container, some of which may be privileged} */
    private static List<ExecRecord> hooks(String name, Members service) {
        List<ExecRecord> hooks = new ArrayList<>();
        for (String key : List.of("post_start", "pre_stop")) {
            for (Item element : service.elements(key)) {
                if (element instanceof Members hook) {
                    hooks.add(new ExecRecord(
                            name,
                            hook.text("privileged")
                                    .<Fact<Boolean>>map(text -> Values.truth(text)
                                            .<Fact<Boolean>>map(truth -> Fact.known(truth, text.at()))
                                            .orElseGet(() -> Fact.missing(
                                                    MissingValue.Reason.UNREADABLE,
                                                    key + ".privileged is not a truth value",
                                                    text.at())))
                                    .orElseGet(() -> Fact.known(false, hook.at())),
                            hook.text("user")
                                    .<Fact<String>>map(text -> Fact.known(text.text(), text.at()))
                                    .orElseGet(() -> Fact.known("", hook.at()))));
                }
            }
        }
        return hooks;
    }

    private ProjectEnvironment environment(ProjectReader reader, String project) {
        return new ProjectEnvironment() {
            @Override
            public Map<String, EnvironmentFile.Variable> fromFiles(String service) {
                return reader.fromFiles(service);
            }

            @Override
            public List<MissingValue> open(String service) {
                return reader.open(service);
            }

            @Override
            public String folderOf(Item item) {
                return reader.folderOf(item);
            }

            @Override
            public Optional<String> variable(String name) {
                return Optional.ofNullable(settings.environment().get(name));
            }

            @Override
            public String project() {
                return project;
            }
        };
    }
}
