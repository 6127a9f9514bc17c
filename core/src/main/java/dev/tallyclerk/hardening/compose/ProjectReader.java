package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MalformedSubjectException.Reason;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.compose.Item.Items;
import dev.tallyclerk.hardening.compose.Item.Members;
import dev.tallyclerk.hardening.compose.Item.Text;
import dev.tallyclerk.hardening.document.Document;
import dev.tallyclerk.hardening.document.DocumentDialect;
import dev.tallyclerk.hardening.document.DocumentReader;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.text.Quoted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of one project into one model, in Compose's order: each file is interpolated and what its services
 * extend is filled in, then files are merged, then included projects are added. Not thread-safe.
 */
final class ProjectReader {
    private static final int MAX_FILES = 100;
    private static final int MAX_VALUES = 40_000;
    private static final long MAX_CHARACTERS = 4L << 20;
    private static final int MAX_DEPTH = 20;
    private static final int MAX_ENVIRONMENT_BYTES = 1 << 20;

    private static final List<String> SECTIONS =
            List.of("services", "networks", "volumes", "secrets", "configs", "models");
    private static final Pattern REMOTE =
            Pattern.compile("(?i)(?:[a-z][a-z0-9+.-]*://.*|git@[^/]+:.*|github\\.com/.*)");

    private final ComposeSettings settings;
    private final SourceContext context;
    private final DocumentReader reader;
    private final Interpolator.Budget budget = new Interpolator.Budget(MAX_CHARACTERS);
    private final Map<String, String> folders = new HashMap<>();
    private final Set<String> files = new LinkedHashSet<>();
    private final List<KnownKeys.Oddity> odd = new ArrayList<>();
    private final List<Elsewhere> remotes = new ArrayList<>();
    private final List<Elsewhere> unread = new ArrayList<>();
    private final List<String> ignored = new ArrayList<>();
    private final Map<String, List<MissingValue>> open = new LinkedHashMap<>();
    private final Set<String> included = new LinkedHashSet<>();
    private final Map<String, Map<String, EnvironmentFile.Variable>> fromFiles = new HashMap<>();
    private final Map<Part, List<Members>> known = new HashMap<>();
    private int values;

    /** A file with the variables and folder that count for it. */
    private record Scope(String folder, Function<String, @Nullable String> variables, int depth) {}

    /** A file as it is read in a folder, with variables. */
    private record Part(String name, String folder, Function<String, @Nullable String> variables) {}

    ProjectReader(ComposeSettings settings, SourceContext context) {
        this.settings = settings;
        this.context = context;
        this.reader = DocumentReader.of(DocumentDialect.COMPOSE).withLimits(context.limits());
    }

    /** {@return the model of a project} */
    Members read(List<SourceDocument> documents) throws MalformedSubjectException {
        String folder = settings.projectFolder() == null
                ? Paths.folder(documents.get(0).name())
                : Paths.normal(settings.projectFolder());
        Map<String, String> environment = environment(folder);
        Scope scope = new Scope(folder, environment::get, 0);
        Members model = withIncluded(merged(documents, scope, environment), scope, environment);
        if (!settings.isStack()) {
            return model;
        }
        ignored.addAll(StackKeys.ignored(model));
        return StackKeys.applied(model);
    }

    /** {@return the variables for interpolation: the caller's, then those of files} */
    private Map<String, String> environment(String folder) throws MalformedSubjectException {
        Map<String, String> all = new HashMap<>(settings.environment());
        // docker stack deploy does not read .env.
        if (settings.environmentFiles().isEmpty() && !settings.isStack()) {
            Optional<SourceDocument> beside = context.file(Paths.join(folder, ".env"));
            if (beside.isPresent()) {
                addEnvironment(beside.get(), all);
            }
        }
        Map<String, String> named = new HashMap<>();
        for (SourceDocument file : settings.environmentFiles()) {
            variables(file, all::get).forEach((name, variable) -> named.put(name, variable.value()));
        }
        named.forEach(all::putIfAbsent);
        return all;
    }

    private void addEnvironment(SourceDocument file, Map<String, String> all) throws MalformedSubjectException {
        Map<String, EnvironmentFile.Variable> more = variables(file, all::get);
        more.forEach((name, variable) -> {
            if (variable.value().indexOf(Interpolator.UNSET) < 0) {
                all.putIfAbsent(name, variable.value());
            }
        });
    }

    private Map<String, EnvironmentFile.Variable> variables(
            SourceDocument file, Function<String, @Nullable String> environment) throws MalformedSubjectException {
        count(file);
        return EnvironmentFile.read(file.name(), variableText(file), environment, budget);
    }

    private String variableText(SourceDocument file) throws MalformedSubjectException {
        if (file.size() > MAX_ENVIRONMENT_BYTES) {
            throw new MalformedSubjectException(
                    Reason.LIMIT_EXCEEDED,
                    Location.Region.of(file.name(), 1, 1, 1, 1),
                    "a file of variables has " + file.size() + " bytes; " + MAX_ENVIRONMENT_BYTES + " are allowed");
        }
        return file.text(context.limits());
    }

    private void count(SourceDocument file) throws MalformedSubjectException {
        if (files.add(file.name()) && files.size() > MAX_FILES) {
            throw new MalformedSubjectException(
                    Reason.LIMIT_EXCEEDED,
                    Location.Region.of(file.name(), 1, 1, 1, 1),
                    "the project has more than " + MAX_FILES + " files");
        }
    }

    // ---- files

    private Members merged(List<SourceDocument> documents, Scope scope, Map<String, String> environment)
            throws MalformedSubjectException {
        Members all = null;
        for (SourceDocument document : documents) {
            folders.put(document.name(), scope.folder());
            for (Members part : parts(document, scope)) {
                odd.addAll(KnownKeys.odd(part));
                if (settings.isStack()) {
                    odd.addAll(StackKeys.refused(part));
                }
                Members extended = withExtended(part, scope, new LinkedHashSet<>());
                all = all == null ? (Members) Item.plain(extended).orElse(extended) : Merger.merge(all, extended);
            }
        }
        if (all == null) {
            throw new MalformedSubjectException(
                    Reason.MISSING_MEMBER,
                    Location.Region.of(documents.get(0).name(), 1, 1, 1, 1),
                    "the file has no services");
        }
        Members model = Merger.unique(all);
        readEnvironmentFiles(model, environment);
        return withLabelFiles(model, environment);
    }

    private List<Members> parts(SourceDocument document, Scope scope) throws MalformedSubjectException {
        Part key = new Part(document.name(), scope.folder(), scope.variables());
        List<Members> before = known.get(key);
        if (before != null) {
            return before;
        }
        count(document);
        Interpolator interpolator = new Interpolator(scope.variables(), budget);
        List<Members> parts = new ArrayList<>();
        for (Document part : reader.read(document)) {
            if (part.root().type() == DocumentValue.Type.NULL) {
                continue;
            }
            if (!(item(part.root(), interpolator) instanceof Members members)) {
                throw new MalformedSubjectException(
                        Reason.WRONG_TYPE, part.root().location(), "the file is not a mapping");
            }
            for (String section : SECTIONS) {
                Item value = members.members().get(section);
                boolean isWrong = value instanceof Items || (value instanceof Text text && !text.isNull());
                if (value != null && isWrong) {
                    throw new MalformedSubjectException(Reason.WRONG_TYPE, value.at(), section + " is not a mapping");
                }
            }
            parts.add(members);
        }
        known.put(key, parts);
        return parts;
    }

    private Item item(DocumentValue value, Interpolator interpolator) throws MalformedSubjectException {
        count(1, value);
        String tag = value.tag().orElse("");
        if (tag.equals("!reset")) {
            return new Item.Reset(value);
        }
        Item item = untagged(value, interpolator);
        return tag.equals("!override") ? new Item.Overriding(item) : item;
    }

    private void count(int more, DocumentValue value) throws MalformedSubjectException {
        values += more;
        if (values > MAX_VALUES) {
            throw new MalformedSubjectException(
                    Reason.LIMIT_EXCEEDED,
                    value.location(),
                    "the project has more than " + MAX_VALUES
                            + " values, those of aliases and of extended services counted each time");
        }
    }

    private static int size(Item item) {
        int size = 1;
        if (item instanceof Members members) {
            for (Item member : members.members().values()) {
                size += size(member);
            }
        } else if (item instanceof Items items) {
            for (Item element : items.elements()) {
                size += size(element);
            }
        }
        return size;
    }

    private Item untagged(DocumentValue value, Interpolator interpolator) throws MalformedSubjectException {
        switch (value.type()) {
            case MAPPING -> {
                Map<String, Item> members = new LinkedHashMap<>();
                for (String name : value.names()) {
                    members.put(name, item(value.member(name).orElseThrow(), interpolator));
                }
                return new Members(value, members);
            }
            case SEQUENCE -> {
                List<Item> elements = new ArrayList<>();
                for (DocumentValue element : value.elements()
                        .fold((list, at) -> list, known -> known.value(), missing -> List.<DocumentValue>of())) {
                    elements.add(item(element, interpolator));
                }
                return new Items(value, elements);
            }
            case NULL, TEXT, NUMBER, BOOLEAN -> {
                String raw = value.scalar().fold((text, at) -> text, known -> known.value(), missing -> "");
                try {
                    return new Text(value, value.type(), raw, interpolator.interpolate(raw));
                } catch (InterpolationException e) {
                    throw new MalformedSubjectException(
                            e.isLimit() ? Reason.LIMIT_EXCEEDED : Reason.SYNTAX,
                            value.location(),
                            String.valueOf(e.getMessage()));
                }
            }
        }
        throw new AssertionError(value.type());
    }

    // ---- extends

    private Members withExtended(Members file, Scope scope, Set<String> chain) throws MalformedSubjectException {
        Optional<Members> services = file.mapping("services");
        if (services.isEmpty()) {
            return file;
        }
        Map<String, Item> extended = new LinkedHashMap<>();
        for (Map.Entry<String, Item> service : services.get().members().entrySet()) {
            extended.put(
                    service.getKey(),
                    service.getValue() instanceof Members members
                            ? extended(service.getKey(), members, services.get(), scope, chain)
                            : checked(service.getKey(), service.getValue()));
        }
        return file.with("services", new Members(services.get().origin(), extended));
    }

    private static Item checked(String name, Item service) throws MalformedSubjectException {
        boolean isWrong = service instanceof Items || (service instanceof Text text && !text.isNull());
        if (isWrong) {
            throw new MalformedSubjectException(
                    Reason.WRONG_TYPE, service.at(), "the service " + Quoted.quote(name) + " is not a mapping");
        }
        return service instanceof Text ? new Members(service.origin(), Map.of()) : service;
    }

    private Members extended(String name, Members service, Members siblings, Scope scope, Set<String> chain)
            throws MalformedSubjectException {
        Optional<Item> stated = service.get("extends");
        if (stated.isEmpty()) {
            return service.without("extends");
        }
        Members own = service.without("extends");
        Text base = stated.get() instanceof Text text
                ? text
                : stated.get() instanceof Members members
                        ? members.text("service").orElse(null)
                        : null;
        Text file =
                stated.get() instanceof Members members ? members.text("file").orElse(null) : null;
        if (base == null) {
            throw new MalformedSubjectException(
                    Reason.MISSING_MEMBER, stated.get().at(), "extends does not name a service");
        }
        String step = (file == null ? siblings.origin().location().source() : file.text()) + "#" + name;
        Set<String> longer = new LinkedHashSet<>(chain);
        if (!longer.add(siblings.origin().location().source() + "#" + name)) {
            throw new MalformedSubjectException(
                    Reason.BAD_VALUE, stated.get().at(), "the service " + Quoted.quote(name) + " extends itself");
        }
        if (longer.size() > MAX_DEPTH) {
            throw new MalformedSubjectException(
                    Reason.LIMIT_EXCEEDED,
                    stated.get().at(),
                    "services extend each other more than " + MAX_DEPTH + " times, at " + Quoted.quote(step));
        }
        if (base.isUnset() || (file != null && file.isUnset())) {
            return open(name, own, stated.get(), "the variable in extends is not set");
        }
        Optional<Members> found =
                file == null ? sibling(base, siblings, scope, longer) : other(name, base, file, scope, longer);
        if (found.isEmpty()) {
            return open(
                    name,
                    own,
                    stated.get(),
                    "the file that it extends, " + Quoted.quote(file == null ? "" : file.text()) + ", was not read");
        }
        String key = (file == null ? siblings.origin().location().source() : resolved(file, scope)) + "#" + base.text();
        List<MissingValue> inherited = open.get(key);
        if (inherited != null) {
            open.computeIfAbsent(own.origin().location().source() + "#" + name, unused -> new ArrayList<>())
                    .addAll(inherited);
        }
        Members plain = (Members) Item.plain(found.get()).orElse(found.get());
        Members merged = Merger.extend(plain, own);
        count(size(merged), merged.origin());
        return merged;
    }

    private Members open(String name, Members own, Item at, String why) {
        open.computeIfAbsent(own.origin().location().source() + "#" + name, unused -> new ArrayList<>())
                .add(new MissingValue(MissingValue.Reason.SOURCE_NOT_PROVIDED, why).withLocation(at.at()));
        return own;
    }

    private Optional<Members> sibling(Text base, Members siblings, Scope scope, Set<String> chain)
            throws MalformedSubjectException {
        Item service = siblings.members().get(base.text());
        if (service == null) {
            throw new MalformedSubjectException(
                    Reason.BAD_VALUE, base.at(), "there is no service " + Quoted.quote(base.text()) + " to extend");
        }
        Item plain = checked(base.text(), service);
        return plain instanceof Members members
                ? Optional.of(extended(base.text(), members, siblings, scope, chain))
                : Optional.empty();
    }

    private static String resolved(Text file, Scope scope) {
        return Paths.join(scope.folder(), file.text());
    }

    private Optional<Members> other(String name, Text base, Text file, Scope scope, Set<String> chain)
            throws MalformedSubjectException {
        if (REMOTE.matcher(file.text()).matches()) {
            remotes.add(new Elsewhere(file.text(), name, file.at()));
            return Optional.empty();
        }
        String path = resolved(file, scope);
        Optional<SourceDocument> document = context.file(path);
        if (document.isEmpty()) {
            unread.add(new Elsewhere(file.text(), name, file.at()));
            return Optional.empty();
        }
        String folder = Paths.folder(path);
        folders.putIfAbsent(document.get().name(), folder);
        Scope there = new Scope(folder, scope.variables(), scope.depth() + 1);
        for (Members part : parts(document.get(), there)) {
            Optional<Members> services = part.mapping("services");
            if (services.isPresent() && services.get().members().containsKey(base.text())) {
                return sibling(base, services.get(), there, chain);
            }
        }
        throw new MalformedSubjectException(
                Reason.BAD_VALUE,
                base.at(),
                "there is no service " + Quoted.quote(base.text()) + " in " + Quoted.quote(file.text()));
    }

    // ---- include

    private Members withIncluded(Members model, Scope scope, Map<String, String> environment)
            throws MalformedSubjectException {
        Members all = model.without("include");
        for (Item include : model.elements("include")) {
            List<Item> paths = include instanceof Members members ? members.elements("path") : List.of(include);
            List<SourceDocument> documents = new ArrayList<>();
            boolean isWhole = true;
            for (Item path : paths) {
                Optional<SourceDocument> document =
                        path instanceof Text text ? included(text, scope) : Optional.empty();
                document.ifPresent(documents::add);
                isWhole &= document.isPresent();
            }
            if (documents.isEmpty() || !isWhole) {
                continue;
            }
            if (scope.depth() >= MAX_DEPTH) {
                throw new MalformedSubjectException(
                        Reason.LIMIT_EXCEEDED,
                        include.at(),
                        "projects include each other more than " + MAX_DEPTH + " times");
            }
            Optional<Text> stated =
                    include instanceof Members members ? members.text("project_directory") : Optional.empty();
            String folder = stated.map(text -> Paths.join(scope.folder(), text.text()))
                    .orElseGet(() -> Paths.folder(documents.get(0).name()));
            Map<String, String> there = new HashMap<>(environment);
            List<Item> named = include instanceof Members members ? members.elements("env_file") : List.of();
            if (named.isEmpty()) {
                Optional<SourceDocument> beside = context.file(Paths.join(folder, ".env"));
                if (beside.isPresent()) {
                    addEnvironment(beside.get(), there);
                }
            }
            for (Item file : named) {
                Optional<SourceDocument> document = context.file(Paths.join(scope.folder(), Item.textOf(file)));
                if (document.isPresent()) {
                    addEnvironment(document.get(), there);
                } else {
                    unread.add(new Elsewhere(Item.textOf(file), "", file.at()));
                }
            }
            Scope below = new Scope(folder, there::get, scope.depth() + 1);
            all = imported(all, withIncluded(merged(documents, below, there), below, there), include);
        }
        return all;
    }

    private Optional<SourceDocument> included(Text path, Scope scope) {
        if (path.isUnset()) {
            unread.add(new Elsewhere(path.raw(), "", path.at()));
            return Optional.empty();
        }
        if (REMOTE.matcher(path.text()).matches()) {
            remotes.add(new Elsewhere(path.text(), "", path.at()));
            return Optional.empty();
        }
        Optional<SourceDocument> document = context.file(Paths.join(scope.folder(), path.text()));
        if (document.isEmpty()) {
            unread.add(new Elsewhere(path.text(), "", path.at()));
        }
        document.ifPresent(known -> included.add(known.name()));
        return document;
    }

    private static Members imported(Members model, Members included, Item at) throws MalformedSubjectException {
        Members all = model;
        for (String section : SECTIONS) {
            Optional<Members> more = included.mapping(section);
            if (more.isEmpty()) {
                continue;
            }
            Members own = all.mapping(section).orElse(new Members(more.get().origin(), Map.of()));
            for (Map.Entry<String, Item> member : more.get().members().entrySet()) {
                Item earlier = own.members().get(member.getKey());
                if (earlier != null && !earlier.at().equals(member.getValue().at())) {
                    throw new MalformedSubjectException(
                            Reason.BAD_VALUE,
                            at.at(),
                            "an included file has " + section + "." + member.getKey() + " too, which is at "
                                    + earlier.at());
                }
                own = own.with(member.getKey(), member.getValue());
            }
            all = all.with(section, own);
        }
        return all;
    }

    // ---- env_file

    private void readEnvironmentFiles(Members model, Map<String, String> environment) throws MalformedSubjectException {
        Map<String, Item> services =
                model.mapping("services").map(Members::members).orElse(Map.of());
        for (Map.Entry<String, Item> service : services.entrySet()) {
            if (service.getValue() instanceof Members members
                    && members.get("env_file").isPresent()) {
                readEnvironmentFiles(service.getKey(), members, environment);
            }
        }
    }

    private void readEnvironmentFiles(String name, Members service, Map<String, String> environment)
            throws MalformedSubjectException {
        Map<String, EnvironmentFile.Variable> variables = new LinkedHashMap<>();
        Map<String, String> known = new HashMap<>(environment);
        for (Item element : service.elements("env_file")) {
            String path = ShortForms.path(element);
            boolean isNeeded = !(element instanceof Members members)
                    || members.text("required").map(Values::isTrue).orElse(true);
            boolean isRaw = element instanceof Members members
                    && members.text("format")
                            .map(Text::text)
                            .filter("raw"::equals)
                            .isPresent();
            Optional<SourceDocument> file = path.indexOf(Interpolator.UNSET) >= 0
                    ? Optional.empty()
                    : context.file(Paths.join(folderOf(element), path));
            if (file.isEmpty()) {
                if (isNeeded) {
                    unread.add(new Elsewhere(
                            path.replace(String.valueOf(Interpolator.UNSET), "${...}"), name, element.at()));
                }
                continue;
            }
            Map<String, EnvironmentFile.Variable> read = isRaw
                    ? EnvironmentFile.readRaw(file.get().name(), variableText(file.get()))
                    : variables(file.get(), known::get);
            if (isRaw) {
                count(file.get());
            }
            read.forEach((key, variable) -> {
                known.putIfAbsent(key, variable.value());
                variables.put(key, variable);
            });
            count(read.size(), element.origin());
        }
        fromFiles.put(name, variables);
    }

    // ---- label_file

    /** {@return the model with the labels of files, before which those of the service itself go} */
    private Members withLabelFiles(Members model, Map<String, String> environment) throws MalformedSubjectException {
        Members services = model.mapping("services").orElse(null);
        if (services == null) {
            return model;
        }
        Members changed = services;
        for (Map.Entry<String, Item> service : services.members().entrySet()) {
            if (service.getValue() instanceof Members members
                    && members.get("label_file").isPresent()) {
                changed = changed.with(service.getKey(), withLabelFiles(service.getKey(), members, environment));
            }
        }
        return model.with("services", changed);
    }

    private Members withLabelFiles(String name, Members service, Map<String, String> environment)
            throws MalformedSubjectException {
        Map<String, Item> labels = new LinkedHashMap<>();
        for (Item element : service.elements("label_file")) {
            String path = Item.textOf(element);
            Optional<SourceDocument> file = element instanceof Item.Text && path.indexOf(Interpolator.UNSET) < 0
                    ? context.file(Paths.join(folderOf(element), path))
                    : Optional.empty();
            if (file.isEmpty()) {
                unread.add(
                        new Elsewhere(path.replace(String.valueOf(Interpolator.UNSET), "${...}"), name, element.at()));
                continue;
            }
            Map<String, EnvironmentFile.Variable> read = variables(file.get(), environment::get);
            count(read.size(), element.origin());
            read.forEach((label, variable) -> labels.put(label, label(element, variable.value())));
        }
        Optional<Item> stated = service.get("labels").map(Merger::assignments);
        if (stated.isPresent() && !(stated.get() instanceof Members)) {
            return service;
        }
        if (stated.isPresent() && stated.get() instanceof Members own) {
            labels.putAll(own.members());
        }
        return service.with("labels", new Members(stated.orElse(service).origin(), labels));
    }

    /** A label at the place of the file's name. */
    private static Item label(Item file, String value) {
        List<String> unset = value.indexOf(Interpolator.UNSET) < 0 ? List.of() : List.of("a variable of a label");
        return new Item.Text(
                file.origin(), DocumentValue.Type.TEXT, value, new Interpolator.Result(value, unset, true));
    }

    /** {@return the folder that relative paths of a value start from} */
    String folderOf(Item item) {
        String source = item.origin().location().source();
        return folders.getOrDefault(source, Paths.folder(source));
    }

    // ---- results

    /** {@return why the values of a service that it does not state are not known; empty if they are} */
    List<MissingValue> open(String name) {
        List<MissingValue> all = new ArrayList<>();
        open.forEach((key, reasons) -> {
            if (key.endsWith("#" + name)) {
                all.addAll(reasons);
            }
        });
        return all;
    }

    /** {@return the variables that a service has from files} */
    Map<String, EnvironmentFile.Variable> fromFiles(String name) {
        return fromFiles.getOrDefault(name, Map.of());
    }

    /** {@return the files that the project includes, all of whose services are its own} */
    Set<String> included() {
        return included;
    }

    ComposeProject.Findings findings() {
        return new ComposeProject.Findings(List.copyOf(files), odd, remotes, unread, ignored);
    }
}
