package dev.tallyclerk.trust;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.testing.HouseRules;
import dev.tallyclerk.trust.store.StoredName;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TrustArchitectureTest {
    private static final JavaClasses TRUST = HouseRules.mainCodeBelow("dev.tallyclerk.trust");

    private static final HouseRules HOUSE = HouseRules.of(TRUST);

    /** What fetches, loads and stores, by itself or through one of these. */
    private static final Set<String> CLIENT_OF_TUF = inTuf(
            "FreshMetadata",
            "IoFailures",
            "MappedRepositories",
            "MetadataFiles",
            "PlainFile",
            "ReadStore",
            "Refresh",
            "RefreshMemory",
            "RepositoryMetadata",
            "RootUpdate",
            "StaleMetadata",
            "StoredState",
            "TargetDownload",
            "TargetLookup",
            "TufClient",
            "Workflow");

    /** They have addresses, and failures of others, and do nothing with them. */
    private static final Set<String> NAME_TYPES_OF_IT = inTuf("RepositoryMap");

    private static final Set<String> CLOCKS = Set.of("java.time.Clock", "java.time.InstantSource");

    private static final Set<String> OUTSIDE = Set.of(
            "java.io",
            "java.net",
            "java.net.http",
            "java.nio.channels",
            "java.nio.file",
            "java.nio.file.attribute",
            "dev.tallyclerk.http",
            "dev.tallyclerk.internal.call",
            "dev.tallyclerk.internal.file",
            "dev.tallyclerk.trust.fetch",
            "dev.tallyclerk.trust.store",
            "dev.tallyclerk.verify.store");

    private static Set<String> inTuf(String... names) {
        return Arrays.stream(names)
                .map(name -> "dev.tallyclerk.trust.tuf." + name)
                .collect(Collectors.toSet());
    }

    @Test
    void usesNothingThatCoreHides() {
        HOUSE.usesOnlyExportedPackagesOf(Digest.class);
    }

    @Test
    void packagesHaveNoCycles() {
        HOUSE.packagesHaveNoCycles();
    }

    @Test
    void nothingIsUsedButJavaAndCore() {
        classes()
                .that()
                .resideOutsideOfPackages("dev.tallyclerk.trust.bouncycastle", "dev.tallyclerk.trust.tink")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "javax.sql",
                        "org.jspecify.annotations",
                        "dev.tallyclerk.trust..",
                        "dev.tallyclerk.digest",
                        "dev.tallyclerk.http",
                        "dev.tallyclerk.reference",
                        "dev.tallyclerk.verify..",
                        "dev.tallyclerk.internal..")
                .check(TRUST);
    }

    @Test
    void onlyTheAdaptersSeeTheirLibraries() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tallyclerk.trust.bouncycastle")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bouncycastle..")
                .check(TRUST);
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tallyclerk.trust.tink")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.google..")
                .check(TRUST);
    }

    @Test
    void keysStoresAndFetchersDoNotKnowTuf() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.tallyclerk.trust.key", "dev.tallyclerk.trust.store", "dev.tallyclerk.trust.fetch")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.tallyclerk.trust.tuf", "dev.tallyclerk.trust.image")
                .check(TRUST);
    }

    @Test
    void tufDoesNotKnowImages() {
        noClasses()
                .that()
                .resideInAPackage("dev.tallyclerk.trust.tuf")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.tallyclerk.trust.image")
                .check(TRUST);
    }

    /** Whatever is not of the client is handed bytes and a time. */
    @Test
    void theStateOfTufDoesNoInputOrOutputAndReadsNoClock() {
        for (String name : CLIENT_OF_TUF) {
            assertTrue(TRUST.contain(name), name);
        }
        noClasses()
                .that()
                .resideInAPackage("dev.tallyclerk.trust.tuf")
                .and(describe(
                        "are not of the client",
                        type -> !CLIENT_OF_TUF.contains(outermost(type))
                                && !NAME_TYPES_OF_IT.contains(outermost(type))))
                .should()
                .dependOnClassesThat(describe("read, write or tell the time", TrustArchitectureTest::isOutside))
                .check(TRUST);
    }

    private static boolean isOutside(JavaClass type) {
        return CLIENT_OF_TUF.contains(outermost(type))
                || CLOCKS.contains(type.getName())
                || (OUTSIDE.contains(type.getPackageName()) && !outermost(type).equals(StoredName.class.getName()));
    }

    private static String outermost(JavaClass type) {
        return type.getName().replaceAll("[$].*", "");
    }

    @Test
    void oneFailureHasOneReason() {
        HOUSE.oneFailureHasOneReason();
    }

    /** They measure how long something takes, or have the system's clock where the caller names no other. */
    @Test
    void nothingElseReadsAClock() {
        HOUSE.nothingReadsAClockBut("dev.tallyclerk.trust.store.FileStore", "dev.tallyclerk.trust.tuf.TufClient");
    }

    @Test
    void nothingStartsAThread() {
        HOUSE.nothingStartsAThread();
    }

    @Test
    void onlyDigestsLookUpHashes() {
        HOUSE.onlyDigestsLookUpHashes();
    }

    @Test
    void nothingPrintsOrReadsSystemProperties() {
        HOUSE.nothingPrintsOrReadsSystemProperties();
    }
}
