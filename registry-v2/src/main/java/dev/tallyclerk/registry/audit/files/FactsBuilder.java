package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.registry.analysis.AnalyzedImage;
import dev.tallyclerk.registry.analysis.AnalyzedLayer;
import dev.tallyclerk.registry.audit.internal.BuildHistory;
import dev.tallyclerk.registry.audit.internal.BuildStep;
import dev.tallyclerk.registry.audit.internal.StepSummary;
import dev.tallyclerk.registry.filesystem.ImageFile;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.model.ImageConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Joins what the layers have with the merged files. Used once. */
final class FactsBuilder {
    /** The most IDs of owners that are told apart; a hostile image has one for each file. */
    private static final int MAX_OWNERS = 10_000;

    /** The most programs that are named as not examined. */
    private static final int MAX_UNEXAMINED = 1000;

    private static final int SET_UID = 04000;

    /** The labels with the name of an image. */
    private static final List<String> NAMES = List.of("org.opencontainers.image.title", "name");

    private final AnalyzedImage image;
    private final List<AnalyzedLayer<LayerFacts>> layers;
    private final List<FileCheck> checks;
    private final Predicate<String> isWanted;
    private final Findings findings = new Findings();
    private final List<String> unexamined = new ArrayList<>();
    private double waste = -1;
    private String unmerged = "";

    /** The first file of each owner and group that was met. */
    private final Map<Long, ImageFile> owners = new HashMap<>();

    private final Map<Long, ImageFile> groups = new HashMap<>();

    FactsBuilder(
            AnalyzedImage image,
            List<AnalyzedLayer<LayerFacts>> layers,
            List<FileCheck> checks,
            Predicate<String> isWanted) {
        this.image = image;
        this.layers = layers;
        this.checks = checks;
        this.isWanted = isWanted;
    }

    FileSystemFacts build() {
        for (AnalyzedLayer<LayerFacts> layer : layers) {
            layer.value().ifPresent(facts -> findings.addAll(facts.always(), layer.index()));
            if (layer.value().map(LayerFacts::hasMorePrograms).orElse(false)) {
                ElfChecks.moreThanKept(layer.index(), findings);
            }
            if (layer.value().map(LayerFacts::hasMoreSecrets).orElse(false)) {
                unexamined.add("layer " + (layer.index() + 1) + ": more files with secrets than are kept");
            }
            layer.problem().ifPresent(problem -> unexamined.add("layer " + (layer.index() + 1) + ": " + problem));
        }
        ImageFileSystem files = image.files().orElse(null);
        ContentFiles contents;
        if (files == null) {
            contents = ContentFiles.unmerged(layers);
            layers.forEach(layer -> layer.value().ifPresent(facts -> findings.addAll(facts.alone(), layer.index())));
            unmerged =
                    "the files of the layers cannot be merged" + (unexamined.isEmpty() ? "" : "; " + unexamined.get(0));
            unexamined.add("the files of the layers cannot be merged");
            new SecretChecks(layers, findings).unmerged();
            programs();
        } else {
            contents = ContentFiles.of(layers);
            walk(files, contents);
            contents.addBehindLinks(files);
        }
        contents.all().stream().filter(file -> !file.isRead()).forEach(file -> unexamined.add(file.describeProblem()));
        AccountChecks.look(contents, findings);
        ConfigurationChecks.look(contents, findings);
        ElfChecks.configuration(contents, files, findings);
        ImageConfig config = image.config().orElse(null);
        if (files != null) {
            owners(contents);
            EnginePrograms.look(files, layers, findings);
            if (config != null) {
                StartChecks.look(config.execution(), files, contents, findings);
                EngineAttackChecks.look(config.execution(), files, contents, layers, findings);
            }
        }
        Distribution distribution = Distribution.of(contents, findings);
        if (isMinimal(distribution, config)) {
            findings.raise("FS-041", Severity.MEDIUM);
            findings.raise("FS-001", Severity.HIGH);
            findings.raise("FS-002", Severity.MEDIUM);
        }
        Set<String> checked =
                checks.stream().map(check -> check.rule().toString()).collect(Collectors.toSet());
        return new FileSystemFacts(findings, distribution, waste, unmerged, steps(), unexamined, checked);
    }

    /** An image that promises to have no shell, in its name or that of its distribution. */
    private static boolean isMinimal(@Nullable Distribution distribution, @Nullable ImageConfig config) {
        Stream<String> ofLabels = config == null
                ? Stream.empty()
                : NAMES.stream().map(name -> config.execution().labels().getOrDefault(name, ""));
        Stream<String> names =
                distribution == null ? ofLabels : Stream.concat(Stream.of(distribution.name()), ofLabels);
        return names.map(name -> name.toLowerCase(Locale.ROOT))
                .anyMatch(name -> name.contains("distroless") || name.contains("minimal"));
    }

    private void walk(ImageFileSystem files, ContentFiles contents) {
        PathChecks paths = new PathChecks(findings);
        SecretChecks secrets = new SecretChecks(layers, findings);
        Iterator<ImageFile> all = files.walk().iterator();
        long size = 0;
        while (all.hasNext()) {
            ImageFile file = all.next();
            LayerEntry attributes = file.content().orElse(null);
            if (attributes != null) {
                LayerEntry link = file.entry().orElse(attributes);
                EntryChecks.attributes(
                        file.path(), attributes, link, file.origin().index(), findings);
                owner(file);
            }
            if ((file.mode() & SET_UID) != 0 && file.type() == LayerEntry.Type.FILE) {
                setUidFolder(file, files);
            }
            paths.look(file);
            secrets.look(file);
            program(file, files);
            if (isWanted.test(file.path())) {
                contents.add(file, files);
            }
            for (FileCheck check : checks) {
                judge(check, file, files, contents);
            }
            size += file.entry().map(LayerEntry::size).orElse(0L);
        }
        paths.finish();
        secrets.finish();
        waste(size);
    }

    private void program(ImageFile file, ImageFileSystem files) {
        int layer = file.contentOrigin().index();
        if (file.type() == LayerEntry.Type.FILE) {
            file.content()
                    .flatMap(entry -> layers.get(layer)
                            .value()
                            .map(facts -> facts.programs().get(entry.position())))
                    .ifPresent(program -> program(file.path(), layer, program.elf(), files));
        }
    }

    private void program(String path, int layer, ElfFile elf, @Nullable ImageFileSystem files) {
        ElfChecks.look(path, layer, elf, files, findings);
        if (!elf.problem().isEmpty() && unexamined.size() < MAX_UNEXAMINED) {
            unexamined.add(path + " of layer " + (layer + 1) + " " + elf.problem());
        }
    }

    /** Looks at the programs of all layers, because it is not known which are deleted. */
    private void programs() {
        for (AnalyzedLayer<LayerFacts> layer : layers) {
            layer.value().stream()
                    .flatMap(facts -> facts.programs().values().stream())
                    .sorted((a, b) ->
                            Integer.compare(a.entry().position(), b.entry().position()))
                    .forEach(program -> program(program.entry().path(), layer.index(), program.elf(), null));
        }
    }

    private void judge(FileCheck check, ImageFile file, ImageFileSystem files, ContentFiles contents) {
        String rule = check.rule().toString();
        byte[] content = null;
        if (file.type() == LayerEntry.Type.FILE && check.wantsContent(file.path())) {
            LayerFacts.Kept kept = contents.kept(file);
            content = kept == null ? null : kept.content();
            if (content == null) {
                findings.unknown(rule, file.path() + " was not read");
            }
        }
        check.judge(new ExaminedFile(file, files, content))
                .ifPresent(message -> findings.report(rule, file.origin().index(), file.path(), message));
    }

    private void owner(ImageFile file) {
        if (owners.size() < MAX_OWNERS) {
            owners.putIfAbsent(file.uid(), file);
        }
        if (groups.size() < MAX_OWNERS) {
            groups.putIfAbsent(file.gid(), file);
        }
    }

    private void owners(ContentFiles contents) {
        unknownIds("user", owners, AccountChecks.ids(contents, "etc/passwd"));
        unknownIds("group", groups, AccountChecks.ids(contents, "etc/group"));
    }

    private void unknownIds(String what, Map<Long, ImageFile> found, @Nullable Set<Long> known) {
        if (known == null) {
            findings.notApplicable("FS-046", "the image has no accounts");
            return;
        }
        found.entrySet().stream()
                .filter(each -> each.getKey() != 0 && !known.contains(each.getKey()))
                .sorted(Map.Entry.comparingByKey())
                .forEach(each -> findings.report(
                        "FS-046",
                        each.getValue().origin().index(),
                        each.getValue().path(),
                        "belongs to " + what + " " + each.getKey() + ", which has no account"));
    }

    private void setUidFolder(ImageFile file, ImageFileSystem files) {
        String path = file.path();
        files.file(path.substring(0, Math.max(path.lastIndexOf('/'), 0))).ifPresent(folder -> {
            boolean isWritable = (folder.mode() & 0002) != 0
                    || (folder.uid() != 0 && (folder.mode() & 0200) != 0)
                    || (folder.gid() != 0 && (folder.mode() & 0020) != 0);
            if (isWritable) {
                findings.report(
                        "FS-045",
                        file.origin().index(),
                        path,
                        "runs as its owner, and users other than root can replace it",
                        Evidence.of("folder", folder.path()));
            }
        });
    }

    /** @param kept the bytes of the files that are in the image at the end */
    private void waste(long kept) {
        long all = 0;
        for (AnalyzedLayer<LayerFacts> layer : layers) {
            all += layer.value().map(LayerFacts::bytes).orElse(0L);
        }
        waste = all <= 0 ? 0 : (double) Math.max(all - kept, 0) / all;
    }

    /** {@return what made each layer, in words without secrets} */
    private List<String> steps() {
        ImageConfig config = image.config().orElse(null);
        if (config == null) {
            return List.of();
        }
        List<BuildStep> steps =
                BuildHistory.steps(config.history(), config.execution().shell());
        List<String> made = new ArrayList<>();
        for (AnalyzedLayer<LayerFacts> layer : layers) {
            OptionalInt step = image.historyOf(layer.index());
            made.add(step.isPresent() ? StepSummary.of(steps.get(step.getAsInt())) : "");
        }
        return made;
    }
}
