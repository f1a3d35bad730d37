<#
.EXAMPLE
  New-AzAksCluster -Name in-a-comment
#>
$params = @{
  ResourceGroupName = 'rg'
  Name = 'splatted'
}
$text = @"
New-AzAksCluster -Name in-a-text
"@
New-AzAksCluster @params -NodeCount 3
New-AzAksCluster -ResourceGroupName rg -Name open `
  -NodeCount 2
New-AzAksCluster -ResourceGroupName rg -Name joined -ApiServerAccessAuthorizedIpRange '$CURRENT_IP/24,73.140.245.0/24'
New-AzAksCluster -ResourceGroupName rg -Name good -ApiServerAccessAuthorizedIpRange "$CURRENT_IP/32", '20.101.4.16/28'
New-AzAksCluster -ResourceGroupName rg -Name padded -ApiServerAccessAuthorizedIpRange @(' 20.101.4.16/28', '51.124.8.0/24')
New-AzAksCluster -ResourceGroupName rg -Name variable -ApiServerAccessAuthorizedIpRange $ranges
New-AzAksCluster -ResourceGroupName rg -Name private -EnableApiServerAccessPrivateCluster
New-AzAksCluster -ResourceGroupName rg -Name maybe -EnableApiServerAccessPrivateCluster:$private
New-AzAksCluster -ResourceGroupName rg -Name both -EnableApiServerAccessPrivateCluster `
  -ApiServerAccessAuthorizedIpRange '20.101.4.16/28'
Set-AzAksCluster -ResourceGroupName rg -Name opened -ApiServerAccessAuthorizedIpRange ''
Get-AzAksCluster -ResourceGroupName rg -Name scale | Set-AzAksCluster -NodeCount 5
az aks update -g rg -n old --api-server-authorized-ip-ranges=""
