package dev.tallyclerk.engine;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue.Reason;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.container.ContainerSubject;
import dev.tallyclerk.hardening.container.model.ContainerSettings;
import dev.tallyclerk.hardening.container.model.Mount;
import dev.tallyclerk.hardening.container.model.PublishedPort;
import dev.tallyclerk.hardening.container.model.RunSubject;
import java.util.List;
import java.util.Optional;

/** A container that the engine lists and does not describe: all rules are unknown. */
record UnreadContainer(SubjectRef ref, String why) implements RunSubject, ContainerSettings {
    static UnreadContainer of(String name, String why) {
        return new UnreadContainer(SubjectRef.of(ContainerSubject.KIND, name), why);
    }

    private <T> Fact<T> unread() {
        return Fact.missing(Reason.UNREADABLE, why);
    }

    @Override
    public List<ContainerSettings> containers() {
        return List.of(this);
    }

    @Override
    public String name() {
        return ref.name();
    }

    @Override
    public Location at() {
        return new Location.Whole("container");
    }

    @Override
    public Optional<String> exemption(String rule) {
        return Optional.empty();
    }

    @Override
    public boolean isEngineSocket(String path) {
        return false;
    }

    @Override
    public boolean holdsEngineSocket(String path) {
        return false;
    }

    @Override
    public boolean isSensitive(String path) {
        return false;
    }

    @Override
    public Fact<Boolean> privileged() {
        return unread();
    }

    @Override
    public Fact<Boolean> sharesHost(Namespace namespace) {
        return unread();
    }

    @Override
    public Fact<List<String>> capabilitiesAdded() {
        return unread();
    }

    @Override
    public Fact<List<String>> capabilitiesDropped() {
        return unread();
    }

    @Override
    public Fact<List<Mount>> hostFolders() {
        return unread();
    }

    @Override
    public Fact<List<Mount>> mounts() {
        return unread();
    }

    @Override
    public Fact<Confinement> seccomp() {
        return unread();
    }

    @Override
    public Fact<Confinement> appArmor() {
        return unread();
    }

    @Override
    public Fact<Boolean> mayGainPrivileges() {
        return unread();
    }

    @Override
    public Fact<Boolean> unmasksProc() {
        return unread();
    }

    @Override
    public Fact<Boolean> readOnlyRoot() {
        return unread();
    }

    @Override
    public Fact<Boolean> runsAsRoot() {
        return unread();
    }

    @Override
    public Fact<Boolean> remapsUsers() {
        return unread();
    }

    @Override
    public Fact<Boolean> limitsMemory() {
        return unread();
    }

    @Override
    public Fact<Boolean> limitsCpu() {
        return unread();
    }

    @Override
    public Fact<List<PublishedPort>> hostPorts() {
        return unread();
    }

    @Override
    public Fact<List<String>> containerPorts() {
        return unread();
    }

    @Override
    public Fact<List<String>> command() {
        return unread();
    }

    @Override
    public Fact<List<String>> arguments() {
        return unread();
    }

    @Override
    public Fact<List<Variable>> environment() {
        return unread();
    }

    @Override
    public Fact<String> image() {
        return unread();
    }

    @Override
    public Fact<Boolean> hasHealthCheck() {
        return unread();
    }

    @Override
    public Fact<List<Variable>> deviceRequests() {
        return unread();
    }
}
