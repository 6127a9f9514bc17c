package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.registry.audit.Images.assertBuilt;

import dev.tallyclerk.hardening.Outcome;
import org.junit.jupiter.api.Test;

/** What real builds do with package managers, and what of it counts. */
class PackageCasesTest {
    @Test
    void packagesThatTheBuildHasMadeMayBeTrusted() {
        assertBuilt(
                "IMG-021",
                Outcome.Kind.PASS,
                "/bin/sh -c echo \"deb [ trusted=yes ] file://$tempDir ./\" > /etc/apt/sources.list.d/temp.list",
                "/bin/sh -c echo 'deb [trusted=yes] copy:/srv ./'");
        assertBuilt(
                "IMG-021",
                Outcome.Kind.FAIL,
                "/bin/sh -c echo 'deb [trusted=yes] http://h/file: ./'",
                "/bin/sh -c echo 'deb [trusted=yes] $file: ./'",
                "/bin/sh -c printf 'deb [trusted=yes] file:/a ./\\ndeb [trusted=yes] http://h ./'");
    }

    @Test
    void anOptionAboutSignaturesCountsWhereSomethingIsInstalled() {
        assertBuilt(
                "IMG-021",
                Outcome.Kind.PASS,
                "/bin/sh -c apk index --allow-untrusted -o x *.apk",
                "/bin/sh -c apk verify --allow-untrusted x.apk",
                "/bin/sh -c rpm -q --nodigest x",
                "/bin/sh -c rpm -qi --nosignature x",
                "/bin/sh -c rpm --verify --nodigest x",
                "/bin/sh -c rpm --nodigest -e" + "q".repeat(500_000));
        assertBuilt(
                "IMG-021",
                Outcome.Kind.FAIL,
                "/bin/sh -c apk fix --allow-untrusted x",
                "/bin/sh -c apk --keys-dir /k --allow-untrusted add x",
                "/bin/sh -c rpm -ivh --nodigest x.rpm",
                "/bin/sh -c rpm --upgrade --nosignature x.rpm");
    }

    @Test
    void aHereDocumentThatSwitchesAVerificationOffIsRead() {
        assertBuilt(
                "IMG-021",
                Outcome.Kind.FAIL,
                "/bin/sh -c cat <<E > /etc/yum.repos.d/a.repo\n[a]\nname=a\ngpgcheck=0\nE",
                "/bin/sh -c tee /etc/apt/apt.conf.d/x <<< 'APT::Get::AllowUnauthenticated \"true\";'",
                "/bin/sh -c cat <<E > /etc/apt/sources.list.d/a.list\ndeb [trusted=yes] http://h ./\nE");
        assertBuilt("IMG-021", Outcome.Kind.PASS, "/bin/sh -c cat <<E > a.repo\n[a]\ngpgcheck=1\nE");
        String local = "Types: deb\nURIs: file:/opt/repo\n";
        String other = "Types: deb\nURIs: http://mirror\n";
        assertBuilt(
                "IMG-021",
                Outcome.Kind.FAIL,
                "RUN /bin/sh -c cat <<E > a.sources\n" + local + " \n" + other + "Trusted: yes\nE # buildkit");
        assertBuilt(
                "IMG-021",
                Outcome.Kind.PASS,
                "RUN /bin/sh -c cat <<E > a.sources\n" + other + "\n" + local + "Trusted: yes\nE # buildkit",
                "RUN /bin/sh -c printf 'Trusted: yes\\nURIs:" + " file:x".repeat(50_000) + "' > a # buildkit");
        assertBuilt("IMG-020", Outcome.Kind.FAIL, "/bin/sh -c cat <<E > a.repo\n[a]\nsslverify=0\nE");
        assertBuilt("IMG-020", Outcome.Kind.PASS, "/bin/sh -c cat <<E > a.repo\n[a]\nsslverify=1\nE");
    }

    @Test
    void listsAndIndexMayBeRemovedInSeveralWays() {
        assertBuilt(
                "IMG-015",
                Outcome.Kind.PASS,
                "/bin/sh -c apt-get update; apt-get install x; apt-get dist-clean",
                "/bin/sh -c apt-get install x && apt distclean");
        assertBuilt(
                "IMG-015",
                Outcome.Kind.FAIL,
                "/bin/sh -c apt-get install x && apt-get clean",
                "/bin/sh -c apt-get dist-clean && apt-get install x");
        assertBuilt(
                "IMG-016",
                Outcome.Kind.PASS,
                "/bin/sh -c apk add x && rm -f /var/cache/apk/*",
                "/bin/sh -c apk update && apk add x; rm -rf /tmp/* /var/cache/apk");
        assertBuilt(
                "IMG-016",
                Outcome.Kind.FAIL,
                "/bin/sh -c rm -rf /var/cache/apk/* && apk add x",
                "/bin/sh -c apk add x && rm -f /var/cache/apk",
                "/bin/sh -c apk add x && rm -rf /var/cache/apk/x");
    }

    @Test
    void signaturesAreSkippedInOtherSpellings() {
        assertBuilt(
                "IMG-021",
                Outcome.Kind.FAIL,
                "/bin/sh -c dnf install --no-gpgchecks x",
                "/bin/sh -c dnf --setopt=pkg_gpgcheck=0 install x",
                "/bin/sh -c dnf --setopt=acme.pkg_gpgcheck=0 install x",
                "/bin/sh -c printf 'Types: deb\\nURIs: http://h\\nTrusted: yes\\n' > /etc/apt/sources.list.d/a.sources",
                "/bin/sh -c cat <<E > a.sources\nTypes: deb\nURIs: file:/a http://h\nTrusted: yes\nE",
                "/bin/sh -c echo Trusted: yes >> a.sources",
                "/bin/sh -c printf '%s\\n' 'URIs: http://h' 'Trusted: yes' > a.sources");
        assertBuilt(
                "IMG-021",
                Outcome.Kind.PASS,
                "/bin/sh -c dnf --setopt=pkg_gpgcheck=1 install x",
                "/bin/sh -c cat <<E > a.sources\nTypes: deb\nURIs: file:/a copy:/b\nTrusted: yes\nE",
                "/bin/sh -c cat <<E > a.sources\nTypes: deb\nTrusted: no\nE",
                "/bin/sh -c echo 'it is Trusted: yes'");
    }
}
