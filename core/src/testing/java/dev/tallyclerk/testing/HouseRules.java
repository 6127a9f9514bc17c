package dev.tallyclerk.testing;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/** What holds for the main code of each library module; CONTRIBUTING.md says why. */
public final class HouseRules {
    private static final Set<String> OTHER_NAMES_OF_REASONS =
            Set.of("LIMIT", "TOO_LARGE", "FILE_TOO_LARGE", "DUPLICATE", "INVALID_JSON", "MALFORMED_JSON");

    private final JavaClasses module;

    private HouseRules(JavaClasses module) {
        this.module = module;
    }

    /** {@return the main code below a package} */
    public static JavaClasses mainCodeBelow(String packageName) {
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(packageName);
    }

    /** {@return the rules over the main code of a module} */
    public static HouseRules of(JavaClasses module) {
        return new HouseRules(module);
    }

    /** Checks that each package can be read, tested and moved without those that use it. */
    public void packagesHaveNoCycles() {
        slices().assignedFrom(byPackage())
                .should()
                .beFreeOfCycles()
                .check(module);
    }

    private static SliceAssignment byPackage() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return SliceIdentifier.of(type.getPackageName());
            }

            @Override
            public String getDescription() {
                return "packages";
            }
        };
    }

    /**
     * Checks that no files need each other, directly or through others, so that each can be read after those below it.
     * A sealed type counts as one with its subtypes, and an interface with the hidden classes that implement it and
     * that its factories make.
     */
    public void filesHaveNoCircles() {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (JavaClass type : module) {
            Set<String> used = uses.computeIfAbsent(file(type), name -> new TreeSet<>());
            type.getDirectDependenciesFromSelf()
                    .forEach(dependency -> used.add(file(dependency.getTargetClass())));
        }
        Map<String, Set<String>> reached = new TreeMap<>();
        uses.keySet().forEach(from -> reach(from, uses, reached.computeIfAbsent(from, name -> new TreeSet<>())));
        Set<String> circles = new TreeSet<>();
        reached.forEach((from, all) -> {
            Set<String> circle = new TreeSet<>(all);
            circle.removeIf(to -> !reached.getOrDefault(to, Set.of()).contains(from));
            if (circle.size() > 1) {
                circles.add(String.join(" ", circle));
            }
        });
        assertEquals(Set.of(), circles);
    }

    private static void reach(String from, Map<String, Set<String>> uses, Set<String> reached) {
        for (String to : uses.getOrDefault(from, Set.of())) {
            if (reached.add(to)) {
                reach(to, uses, reached);
            }
        }
    }

    private static JavaClass outermost(JavaClass type) {
        JavaClass outermost = type.getBaseComponentType();
        while (outermost.getEnclosingClass().isPresent()) {
            outermost = outermost.getEnclosingClass().get();
        }
        return outermost;
    }

    private static boolean isHiddenBehind(JavaClass parent, JavaClass type) {
        return !type.getModifiers().contains(JavaModifier.PUBLIC)
                && parent.getDirectDependenciesFromSelf().stream()
                        .anyMatch(dependency -> dependency.getTargetClass().equals(type));
    }

    private static String file(JavaClass type) {
        JavaClass outermost = outermost(type);
        if (!outermost.getPackageName().startsWith("dev.tallyclerk")) {
            return outermost.getName();
        }
        return Stream.concat(outermost.getRawSuperclass().stream(), outermost.getRawInterfaces().stream())
                .filter(parent -> parent.reflect().isSealed() || isHiddenBehind(parent, outermost))
                .findFirst()
                .map(HouseRules::file)
                .orElse(outermost.getName());
    }

    /** Checks that reasons, which are never changed, have no second name for what another area has a name for. */
    public void oneFailureHasOneReason() {
        List<String> names = module.stream()
                .filter(type -> type.isEnum() && type.getSimpleName().equals("Reason"))
                .filter(type -> !type.getPackageName().contains(".internal."))
                .flatMap(type -> type.getFields().stream()
                        .filter(field -> field.getRawType().equals(type))
                        .map(field -> field.getName()))
                .toList();
        assertTrue(names.contains("LIMIT_EXCEEDED"), names::toString);
        assertEquals(
                List.of(),
                names.stream().filter(OTHER_NAMES_OF_REASONS::contains).toList());
    }

    /**
     * Checks that the module uses no package of another one that does not export it, to this module or to all. The
     * compiler holds that only where both are on the module path.
     *
     * @param except packages that may be used all the same
     */
    public void usesOnlyWhatOtherModulesExport(String... except) {
        Map<Path, Optional<ModuleDescriptor>> modules = new HashMap<>();
        List<String> hidden = new ArrayList<>();
        for (JavaClass type : module) {
            Path own = location(type);
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (!target.getPackageName().startsWith("dev.tallyclerk")
                        || List.of(except).contains(target.getPackageName())
                        || location(target).equals(own)) {
                    continue;
                }
                String user = descriptor(own, modules).map(ModuleDescriptor::name).orElse("");
                if (descriptor(location(target), modules)
                        .filter(owner -> isExported(owner, target.getPackageName(), user))
                        .isEmpty()) {
                    hidden.add(dependency.getDescription());
                }
            }
        }
        assertEquals(List.of(), hidden);
    }

    private static Path location(JavaClass type) {
        try {
            return Path.of(type.reflect()
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Optional<ModuleDescriptor> descriptor(Path location, Map<Path, Optional<ModuleDescriptor>> known) {
        return known.computeIfAbsent(location, of -> ModuleFinder.of(of).findAll().stream()
                .map(ModuleReference::descriptor)
                .findFirst());
    }

    private static boolean isExported(ModuleDescriptor owner, String packageName, String user) {
        return owner.exports().stream()
                .anyMatch(exports -> exports.source().equals(packageName)
                        && (!exports.isQualified() || exports.targets().contains(user)));
    }

    /**
     * Checks that times are those of a clock of the caller.
     *
     * @param measuring the types that measure how long something takes, or have the system's clock where the caller
     *     names no other; a package for all in it
     */
    public void nothingReadsAClockBut(String... measuring) {
        noClasses()
                .that(describe(
                        "may not read a clock",
                        type -> Arrays.stream(measuring)
                                .noneMatch(name -> name.equals(type.getPackageName())
                                        || name.equals(type.getName().replaceAll("[$].*", "")))))
                .should()
                .accessTargetWhere(describe("a clock is read", HouseRules::readsAClock))
                .check(module);
    }

    private static boolean readsAClock(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getTarget().getName();
        return switch (owner) {
            case "java.time.Clock" -> name.startsWith("system") || name.startsWith("tick");
            case "java.lang.System" -> name.equals("currentTimeMillis") || name.equals("nanoTime");
            // The dates of certificates are of this class.
            case "java.util.Date" -> !name.equals("from") && !name.equals("toInstant");
            case "java.util.Calendar", "java.util.GregorianCalendar" -> true;
            default -> owner.startsWith("java.time.") && name.equals("now");
        };
    }

    /** Checks that the caller brings the executor for parallel work. */
    public void nothingStartsAThread() {
        noClasses()
                .should()
                .accessTargetWhere(describe("a thread is started", HouseRules::startsAThread))
                .check(module);
    }

    private static boolean startsAThread(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getTarget().getName();
        return switch (owner.getName()) {
            case "java.util.Timer",
                    "java.util.concurrent.Executors",
                    "java.util.concurrent.ForkJoinPool",
                    "java.util.concurrent.ScheduledThreadPoolExecutor",
                    "java.util.concurrent.SubmissionPublisher",
                    "java.util.concurrent.ThreadPoolExecutor" -> true;
            case "java.net.http.HttpClient" -> name.startsWith("new");
            case "java.util.concurrent.CompletableFuture" ->
                List.of("orTimeout", "completeOnTimeout", "delayedExecutor").contains(name)
                        || (name.endsWith("Async") && !takesAnExecutor(access));
            default ->
                name.equals("parallelStream")
                        || (owner.getPackageName().equals("java.util.stream") && name.equals("parallel"))
                        || (owner.isAssignableTo(Thread.class)
                                && List.of("<init>", "start", "startVirtualThread", "ofVirtual", "ofPlatform")
                                        .contains(name));
        };
    }

    private static boolean takesAnExecutor(JavaAccess<?> access) {
        return access.getTarget() instanceof CodeUnitAccessTarget target
                && target.getRawParameterTypes().stream().anyMatch(type -> type.isEquivalentTo(Executor.class));
    }

    /**
     * Checks that hashes are the runtime's own or of the caller's choice, whatever provider is registered first, and
     * that weak ones are used for nothing but to compare files with the lists of package managers.
     */
    public void onlyDigestsLookUpHashes() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.tallyclerk.digest", "dev.tallyclerk.internal.checksum")
                .should()
                .accessTargetWhere(describe(
                        "a hash is looked up",
                        access -> access.getTargetOwner().isEquivalentTo(MessageDigest.class)
                                && access.getTarget().getName().equals("getInstance")))
                .check(module);
    }

    /** Checks that nothing is done behind the back of a program that embeds the library. */
    public void nothingPrintsOrReadsSystemProperties() {
        noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "getProperty", String.class)
                .orShould()
                .callMethod(System.class, "getProperty", String.class, String.class)
                .orShould()
                .callMethod(System.class, "getProperties")
                .orShould()
                .callMethod(Boolean.class, "getBoolean", String.class)
                .orShould()
                .callMethod(Integer.class, "getInteger", String.class)
                .orShould()
                .callMethod(Long.class, "getLong", String.class)
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "getenv")
                .check(module);
    }
}
