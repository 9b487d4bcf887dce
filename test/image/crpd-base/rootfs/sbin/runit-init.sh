#!/bin/sh
# Containers under runit commonly keep their environment in a file, for services and cron jobs that do not inherit it.
export > /etc/envvars
exec /sbin/runit-init
