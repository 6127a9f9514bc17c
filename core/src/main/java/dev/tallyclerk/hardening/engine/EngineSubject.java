package dev.tallyclerk.hardening.engine;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MissingValue.Reason;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.subject.JsonFacts;
import dev.tallyclerk.internal.subject.MarkedText;
import dev.tallyclerk.internal.subject.SubjectJson;
import dev.tallyclerk.internal.text.TextMaps;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One container engine: its configuration file and flags, and its report while it runs.
 *
 * <p>Every document is optional. A value in no document is a missing fact; an option that a given configuration does
 * not set has its documented default. A file or a command line alone counts as the whole configuration, because an
 * engine may have only one of them; give both if it has both. Lists are the exception: a file alone that does not set
 * one, such as the addresses of the API, leaves it open, because it is usually set on the command line.
 *
 * <p>Immutable.
 */
public final class EngineSubject implements Subject {
    /** The kind of a {@link SubjectRef} to an engine. */
    public static final String KIND = "engine";

    private static final String VERSION = "version";

    private final SubjectRef ref;
    private final Configuration configuration;
    private final EngineInfo info;
    private final JsonFacts version;
    private final Fact<Map<String, String>> environment;
    private final Fact<ImageUse> imageUse;
    private final Fact<Boolean> selinuxHost;
    private final List<SeccompSubject> seccompProfiles;

    private EngineSubject(Builder builder) {
        this.ref = builder.ref;
        this.info = builder.info;
        this.version = builder.version;
        this.environment = builder.environment;
        this.imageUse = builder.imageUse;
        this.selinuxHost = builder.selinuxHost;
        this.seccompProfiles = List.copyOf(builder.seccompProfiles);
        this.configuration = new Configuration(builder.file, builder.flags, engineVersion());
    }

    /**
     * The number of images, and how many of them a container uses, running or not.
     *
     * @param images all images, from 0
     * @param used the images with a container, from 0 to {@code images}
     */
    public record ImageUse(long images, long used) {
        public ImageUse {
            if (used < 0 || used > images) {
                throw new IllegalArgumentException(used + " of " + images + " images are used");
            }
        }
    }

    /**
     * Starts an engine about which nothing is known.
     *
     * @param name the name for people, for example of the host
     * @return a builder without required parts
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public static Builder builder(String name) {
        return builder(name, SubjectLimits.defaults());
    }

    /**
     * Starts an engine about which nothing is known, with other limits.
     *
     * @param name the name for people, for example of the host
     * @param limits the limits for each document; {@link SubjectLimits#defaults} otherwise
     * @return a builder without required parts
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public static Builder builder(String name, SubjectLimits limits) {
        return new Builder(SubjectRef.of(KIND, name), Objects.requireNonNull(limits, "limits"));
    }

    @Override
    public SubjectRef ref() {
        return ref;
    }

    /**
     * {@return the value of an option: as the running engine reports it, or else as configured}
     *
     * @param option a constant of {@link EngineOption}
     * @param <T> the type of the value
     */
    public <T> Fact<T> option(EngineOption<T> option) {
        Fact<T> reported = option.reported(info);
        return reported instanceof Fact.Missing<T> ? configured(option) : reported;
    }

    /**
     * {@return the value of an option as file and flags configure it}
     *
     * <p>It is missing if they set different values, with which an engine refuses to start.
     *
     * @param option a constant of {@link EngineOption}
     * @param <T> the type of the value
     */
    public <T> Fact<T> configured(EngineOption<T> option) {
        return configuration.fact(option);
    }

    /** {@return the addresses of the API} */
    public Fact<List<ListenAddress>> listeners() {
        return configured(EngineOption.HOSTS)
                .map(hosts -> hosts.stream().map(ListenAddress::parse).toList());
    }

    /** {@return whether the API over TCP uses TLS; setting {@code tlsverify} to any value enables it} */
    public Fact<Boolean> usesTls() {
        Fact<Boolean> verify = configured(EngineOption.TLSVERIFY);
        Fact<Boolean> tls = configured(EngineOption.TLS);
        if (verify instanceof Fact.Known<Boolean>) {
            return verify.map(either -> true);
        }
        return verify instanceof Fact.Missing<Boolean> ? verify : tls;
    }

    /** {@return the report of the running engine} */
    public EngineInfo info() {
        return info;
    }

    /** {@return the version of the engine, for example {@code 26.1.5}} */
    public Fact<String> serverVersion() {
        Fact<String> stated = version.value(JsonCursor::string, "Version");
        return stated instanceof Fact.Known<String> ? stated : info.serverVersion();
    }

    /** {@return the versions of the engine's parts by name, for example {@code runc}} */
    public Fact<Map<String, String>> components() {
        return version.value(EngineSubject::componentVersions, "Components");
    }

    /** {@return the environment of the engine's clients} */
    public Fact<Map<String, String>> environment() {
        return environment;
    }

    /** {@return how many images are used} */
    public Fact<ImageUse> imageUse() {
        return imageUse;
    }

    /** {@return whether the host uses SELinux: as set, or as the running engine's report implies} */
    public Fact<Boolean> selinuxHost() {
        if (!(selinuxHost instanceof Fact.Missing<Boolean>)) {
            return selinuxHost;
        }
        Fact<Boolean> apparmor = info.whetherHas("apparmor");
        if (apparmor instanceof Fact.Known<Boolean> known && known.value()) {
            // A kernel uses one of the two.
            return apparmor.map(on -> false);
        }
        Fact<Boolean> selinux = info.selinux();
        return selinux instanceof Fact.Known<Boolean> known && known.value() ? selinux : selinuxHost;
    }

    /**
     * {@return the seccomp profile with a path, if it was given}
     *
     * @param path the path in the option {@code seccomp-profile}
     */
    public Fact<SeccompSubject> seccompProfile(String path) {
        for (SeccompSubject profile : seccompProfiles) {
            if (profile.ref().name().equals(path)) {
                return Fact.known(profile, new Location.Whole("seccomp profile"));
            }
        }
        return Fact.missing(Reason.SOURCE_NOT_PROVIDED, "the seccomp profile that the engine names was not given");
    }

    Configuration configuration() {
        return configuration;
    }

    private Optional<EngineVersion> engineVersion() {
        return serverVersion() instanceof Fact.Known<String> known
                ? EngineVersion.parse(known.value())
                : Optional.empty();
    }

    private static Map<String, String> componentVersions(JsonCursor components) throws JsonException {
        Map<String, String> versions = new LinkedHashMap<>();
        for (JsonCursor component : components.elements()) {
            versions.put(
                    component.required("Name").string(),
                    component.required("Version").string());
        }
        return TextMaps.copyOf(versions);
    }

    /** Collects the documents of an engine. Not thread-safe. */
    public static final class Builder {
        private final SubjectRef ref;
        private final SubjectLimits limits;
        private @Nullable DaemonFile file;
        private @Nullable CommandLine flags;
        private EngineInfo info = new EngineInfo(
                JsonFacts.missing(EngineInfo.NAME, Reason.SOURCE_NOT_PROVIDED, "docker info was not given"), false);
        private JsonFacts version =
                JsonFacts.missing(VERSION, Reason.SOURCE_NOT_PROVIDED, "docker version was not given");
        private Fact<Map<String, String>> environment =
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "the clients' environment was not given");
        private Fact<ImageUse> imageUse =
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "the lists of images and containers were not given");
        private Fact<Boolean> selinuxHost =
                Fact.missing(Reason.SOURCE_NOT_PROVIDED, "it was not given whether the host uses SELinux");
        private List<SeccompSubject> seccompProfiles = List.of();

        private Builder(SubjectRef ref, SubjectLimits limits) {
            this.ref = ref;
            this.limits = limits;
        }

        /**
         * Reads the configuration file as dockerd does: an empty file has no settings, and the last of equal keys
         * counts.
         *
         * @param document the bytes of {@code daemon.json}
         * @return this builder
         * @throws MalformedSubjectException if it is not a JSON object, with which dockerd refuses to start, or exceeds
         *     a limit
         */
        public Builder daemonJson(byte[] document) throws MalformedSubjectException {
            file = DaemonFile.parse(document, limits);
            return this;
        }

        /**
         * Reads the command line of dockerd. A blank line is ignored, because every process has a command line.
         *
         * @param line the command line with the program's name, from {@code /proc/PID/cmdline}, {@code ps} or a unit
         *     file
         * @return this builder
         * @throws MalformedSubjectException if it exceeds the limit on a document, counted in characters
         */
        public Builder commandLine(String line) throws MalformedSubjectException {
            if (line.length() > limits.maxDocumentBytes()) {
                throw new MalformedSubjectException(
                        MalformedSubjectException.Reason.LIMIT_EXCEEDED,
                        "command line",
                        "",
                        line.length() + " characters, " + limits.maxDocumentBytes() + " allowed");
            }
            List<String> words = CommandWords.split(line);
            if (!words.isEmpty()) {
                // A command line from /proc is already expanded.
                flags = CommandLine.parse(words, line.indexOf('\0') >= 0);
            }
            return this;
        }

        /**
         * Reads the words of the command line of dockerd.
         *
         * @param words the arguments, with or without the program's name; their number and length are not limited here
         * @return this builder
         */
        public Builder arguments(List<String> words) {
            flags = CommandLine.parse(words);
            return this;
        }

        /**
         * Reads the report of the running engine.
         *
         * @param document the output of {@code docker info --format '{{json .}}'} or {@code podman info --format json},
         *     or the answer to {@code GET /info}
         * @return this builder
         * @throws MalformedSubjectException if it is not a JSON object, has a duplicate member, or exceeds a limit
         */
        public Builder info(byte[] document) throws MalformedSubjectException {
            JsonCursor root = object(EngineInfo.NAME, document);
            JsonFacts facts = JsonFacts.of(EngineInfo.NAME, root);
            if (facts.strings("ServerErrors") instanceof Fact.Known<List<String>> errors
                    && !errors.value().isEmpty()) {
                // The client prints a report of zeros if it cannot reach the engine.
                facts = JsonFacts.missing(
                        EngineInfo.NAME,
                        Reason.UNREADABLE,
                        "docker info could not reach the engine: " + errors.value());
            }
            boolean podman = !(facts.value(JsonCursor::object, "host") instanceof Fact.Missing<JsonObject>);
            info = new EngineInfo(facts, podman);
            return this;
        }

        /**
         * Reads the versions of the engine's parts.
         *
         * @param document the output of {@code docker version --format '{{json .}}'}, or the answer to {@code GET
         *     /version}
         * @return this builder
         * @throws MalformedSubjectException if it is not a JSON object, has a duplicate member, or exceeds a limit
         */
        public Builder version(byte[] document) throws MalformedSubjectException {
            JsonCursor root = object(VERSION, document);
            boolean ofClient = root.value() instanceof JsonObject members
                    && (members.members().containsKey("Client")
                            || members.members().containsKey("Server"));
            version = JsonFacts.of(VERSION, root);
            if (ofClient) {
                version = version.below("Server", "docker version has nothing of the engine");
            }
            return this;
        }

        /**
         * States why the report of the running engine could not be read.
         *
         * @param why a clause for people
         * @return this builder
         */
        public Builder infoUnread(String why) {
            info = new EngineInfo(JsonFacts.missing(EngineInfo.NAME, Reason.UNREADABLE, why), false);
            return this;
        }

        /**
         * States why the versions of the engine's parts could not be read.
         *
         * @param why a clause for people
         * @return this builder
         */
        public Builder versionUnread(String why) {
            version = JsonFacts.missing(VERSION, Reason.UNREADABLE, why);
            return this;
        }

        /**
         * Sets the environment of the engine's clients.
         *
         * @param environment names and values
         * @return this builder
         */
        public Builder environment(Map<String, String> environment) {
            this.environment = Fact.known(TextMaps.copyOf(environment), new Location.Whole("environment"));
            return this;
        }

        /**
         * Sets how many images are used.
         *
         * @param imageUse the numbers of all and of used images
         * @return this builder
         */
        public Builder imageUse(ImageUse imageUse) {
            this.imageUse = Fact.known(imageUse, new Location.Whole("images"));
            return this;
        }

        /**
         * Counts the used images from the lists of the Engine API.
         *
         * @param images the answer to {@code GET /images/json}
         * @param containers the answer to {@code GET /containers/json?all=true}
         * @return this builder
         * @throws MalformedSubjectException if either is not such a list or exceeds a limit
         */
        public Builder imageUse(byte[] images, byte[] containers) throws MalformedSubjectException {
            ImageLists lists = ImageLists.compare(images, containers, limits);
            return imageUse(new ImageUse(lists.total(), lists.used()));
        }

        /**
         * Sets whether the host uses SELinux, for example because {@code getenforce} prints Enforcing or Permissive.
         *
         * @param selinuxHost whether it does
         * @return this builder
         */
        public Builder selinuxHost(boolean selinuxHost) {
            this.selinuxHost = Fact.known(selinuxHost, new Location.Whole("host"));
            return this;
        }

        /**
         * Sets seccomp profiles; the one named like the path in the configuration judges the engine.
         *
         * @param seccompProfiles the profiles
         * @return this builder
         */
        public Builder seccompProfiles(List<SeccompSubject> seccompProfiles) {
            this.seccompProfiles = List.copyOf(seccompProfiles);
            return this;
        }

        /** {@return the engine} */
        public EngineSubject build() {
            return new EngineSubject(this);
        }

        private JsonCursor object(String name, byte[] document) throws MalformedSubjectException {
            JsonCursor root = SubjectJson.parse(name, MarkedText.withoutMark(name, document, limits), limits);
            if (!(root.value() instanceof JsonObject)) {
                throw SubjectJson.malformed(name, root.wrongType("an object"));
            }
            return root;
        }
    }
}
