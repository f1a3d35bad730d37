#!/usr/bin/env bash
set -euo pipefail
CURRENT_IP=$(curl -s https://ifconfig.me)

usage() {
  cat <<USAGE
Creates a cluster:
  az aks create --name in-a-usage-text
USAGE
}

echo "az aks create --name in-words"
echo az aks create --name in-words
# az aks create --name in-a-comment

# Nothing says who may reach the server.
az aks create \
  --resource-group "$GROUP" \
  --name open \
  --node-count 3 \
  --generate-ssh-keys

# Several entries, each with something wrong.
az aks create --resource-group "$GROUP" --name entries \
  --api-server-authorized-ip-ranges "20.101.4.17/28, 10.0.0.0/8,51.124.8.9,2001:db8::/32" \
  --load-balancer-sku basic
az aks create -g "$GROUP" -n everybody --api-server-authorized-ip-ranges=0.0.0.0/0
az aks create -g "$GROUP" -n halves --api-server-authorized-ip-ranges 0.0.0.0/1,128.0.0.0/1
az aks create -g "$GROUP" -n blanks --api-server-authorized-ip-ranges 20.101.4.16/28 51.124.8.0/24
az aks create -g "$GROUP" -n blank --api-server-authorized-ip-ranges "20.101.4.16/28,"
az aks create -g "$GROUP" -n sentinel --api-server-authorized-ip-ranges 0.0.0.0/32,20.101.4.16/28
az aks create -g "$GROUP" -n tag --api-server-authorized-ip-ranges AzureCloud,20.101.4.16/28
az aks create -g "$GROUP" -n empty --api-server-authorized-ip-ranges ''

# Private clusters.
az aks create -g "$GROUP" -n private --enable-private-cluster
az aks create -g "$GROUP" -n both --enable-private-cluster --api-server-authorized-ip-ranges 20.101.4.16/28
az aks create -g "$GROUP" -n names --enable-private-cluster --private-dns-zone none --disable-public-fqdn
az aks create -g "$GROUP" -n zone --api-server-authorized-ip-ranges 20.101.4.16/28 --private-dns-zone system
az aks create -g "$GROUP" -n basic --enable-private-cluster --load-balancer-sku Basic

# VNet integration is not a private cluster.
az aks create -g "$GROUP" -n vnet --enable-apiserver-vnet-integration
az aks create -g "$GROUP" -n automatic --sku automatic
az aks create -g "$GROUP" -n subnet --apiserver-subnet-id "$SUBNET" --api-server-authorized-ip-ranges 20.101.4.16/28

# The ways out.
az aks create -g "$GROUP" -n udr --outbound-type userDefinedRouting --api-server-authorized-ip-ranges 20.101.4.16/28
az aks create -g "$GROUP" -n udr0 --outbound-type userDefinedRouting --api-server-authorized-ip-ranges 0.0.0.0/32
az aks create -g "$GROUP" -n nodes --enable-node-public-ip --api-server-authorized-ip-ranges 20.101.4.16/28
az aks create -g "$GROUP" -n prefix --enable-node-public-ip --node-public-ip-prefix-id "$PREFIX" \
  --api-server-authorized-ip-ranges 20.101.4.16/28
az aks create -g "$GROUP" -n run --disable-run-command --api-server-authorized-ip-ranges 0.0.0.0/32

# What the script alone knows.
az aks create -g "$GROUP" -n address --api-server-authorized-ip-ranges "$CURRENT_IP/32"
az aks create -g "$GROUP" -n list --api-server-authorized-ip-ranges "$RANGES"
az aks create -g "$GROUP" -n part --api-server-authorized-ip-ranges "$RANGES,20.101.4.17/28"
az aks create -g "$GROUP" -n more --api-server-authorized-ip-ranges 20.101.4.16/28 $EXTRA
az aks create -g "$GROUP" -n anything "${ARGUMENTS[@]}"
az aks create -g "$GROUP" -n nothing --api-server-authorized-ip-ranges --enable-rbac

# Updates keep what they do not mention.
az aks update -g "$GROUP" -n scale --enable-cluster-autoscaler --min-count 1
az aks update -g "$GROUP" -n isolated --outbound-type none
az aks update -g "$GROUP" -n closed --api-server-auth 20.101.4.16/28
az aks update -g "$GROUP" -n opened --api-server-authorized-ip-ranges ""
az aks update -g "$GROUP" -n wide --api-server-authorized-ip-ranges 0.0.0.0/0
# akslint-ignore AKS102: opened for the migration, closed again by close.sh
az aks update -g "$GROUP" -n accepted --api-server-authorized-ip-ranges ""
az aks update -g "$GROUP" -n needless --api-server-authorized-ip-ranges 20.101.4.16/28 # akslint-ignore AKS104: no need

id=$(az aks create -g "$GROUP" -n substituted --query id -o tsv) || exit 1
